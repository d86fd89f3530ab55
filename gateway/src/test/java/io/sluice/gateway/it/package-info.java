/** The whole gateway against a scripted upstream. */
@NullMarked
package io.sluice.gateway.it;

import org.jspecify.annotations.NullMarked;
