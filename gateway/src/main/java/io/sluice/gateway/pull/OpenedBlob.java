package io.sluice.gateway.pull;

import io.sluice.cache.blob.BlobReader;

/**
 * A blob that one caller reads.
 *
 * @param reader where the bytes are
 * @param status how the cache came by it
 * @param byAnother whether it may be arriving by another repository, whose failure is not the caller's
 */
record OpenedBlob(BlobReader reader, CacheStatus status, boolean byAnother) implements AutoCloseable {

    @Override
    public void close() {
        reader.close();
    }
}
