package io.sluice.cache.blob;

import io.sluice.oci.Digest;

/** The bytes are not those of the digest (T01); or there are fewer than were announced. */
public final class DigestMismatchException extends RuntimeException {

    private final Digest expected;
    private final Digest actual;

    public DigestMismatchException(Digest expected, Digest actual) {
        super("the bytes for " + expected + " hash to " + actual, null, false, false);
        this.expected = expected;
        this.actual = actual;
    }

    public Digest expected() {
        return expected;
    }

    public Digest actual() {
        return actual;
    }
}
