package io.sluice.gateway.pull;

import io.sluice.oci.Digest;
import java.nio.ByteBuffer;

/**
 * A small blob that was in memory.
 *
 * @param digest which
 * @param bytes all of it, to read only
 * @param status how the cache came by it
 */
public record BlobInMemory(Digest digest, ByteBuffer bytes, CacheStatus status) {

    /** What its headers say. */
    public BlobHead head() {
        return new BlobHead(bytes.remaining(), status);
    }
}
