package io.sluice.gateway.error;

/** The client asked for bytes that the blob does not have (RFC 9110, section 15.5.17). */
public final class RangeUnsatisfiableException extends PullException {

    private final long size;

    /** @param size the length of the blob, bytes */
    public RangeUnsatisfiableException(long size) {
        super("the range lies outside the blob");
        this.size = size;
    }

    public long size() {
        return size;
    }
}
