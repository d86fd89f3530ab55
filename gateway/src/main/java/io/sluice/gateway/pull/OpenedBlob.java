package io.sluice.gateway.pull;

import io.sluice.cache.blob.BlobReader;

/**
 * A blob that one caller reads.
 *
 * @param reader where the bytes are
 * @param status how the cache came by it
 */
record OpenedBlob(BlobReader reader, CacheStatus status) implements AutoCloseable {

    @Override
    public void close() {
        reader.close();
    }
}
