/** What every backend of the cache has in common: the keys of what it keeps, and how it counts and compares. */
@NullMarked
package io.sluice.cache;

import org.jspecify.annotations.NullMarked;
