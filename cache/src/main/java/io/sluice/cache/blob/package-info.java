/** Blobs by digest: held whole, or readable while they arrive. */
@NullMarked
package io.sluice.cache.blob;

import org.jspecify.annotations.NullMarked;
