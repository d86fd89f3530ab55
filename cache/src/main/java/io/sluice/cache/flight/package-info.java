/** One fetch for all who wait for the same thing. */
@NullMarked
package io.sluice.cache.flight;

import org.jspecify.annotations.NullMarked;
