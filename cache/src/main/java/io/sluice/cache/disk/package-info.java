/** Blobs as files on disk. */
@NullMarked
package io.sluice.cache.disk;

import org.jspecify.annotations.NullMarked;
