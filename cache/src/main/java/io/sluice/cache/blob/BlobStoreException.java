package io.sluice.cache.blob;

import org.jspecify.annotations.Nullable;

/** The store cannot do what it should: the disk fails, or too much waits for it. No pull has to fail because of it. */
public class BlobStoreException extends RuntimeException {

    public BlobStoreException(String message) {
        this(message, null);
    }

    public BlobStoreException(String message, @Nullable Throwable cause) {
        super(message, cause, false, false);
    }
}
