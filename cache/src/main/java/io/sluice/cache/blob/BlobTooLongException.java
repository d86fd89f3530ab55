package io.sluice.cache.blob;

import io.sluice.oci.Digest;

/** More bytes came than were announced (T15). */
public final class BlobTooLongException extends RuntimeException {

    public BlobTooLongException(Digest digest, long announced) {
        super("more than the " + announced + " bytes of " + digest + " that were announced", null, false, false);
    }
}
