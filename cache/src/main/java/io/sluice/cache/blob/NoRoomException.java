package io.sluice.cache.blob;

import io.sluice.oci.Digest;
import org.jspecify.annotations.Nullable;

/** A blob does not fit: not below the limit, or not on the disk, even after all has left that may leave. */
public final class NoRoomException extends BlobStoreException {

    /**
     * @param digest the blob
     * @param bytes how much more was wanted
     */
    public NoRoomException(Digest digest, long bytes, @Nullable Throwable cause) {
        super("no room for " + bytes + " bytes of " + digest, cause);
    }
}
