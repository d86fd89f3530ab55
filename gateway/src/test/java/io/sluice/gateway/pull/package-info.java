@NullMarked
package io.sluice.gateway.pull;

import org.jspecify.annotations.NullMarked;
