/** The story of a pull: what is held, what is fetched, who may see it. */
@NullMarked
package io.sluice.gateway.pull;

import org.jspecify.annotations.NullMarked;
