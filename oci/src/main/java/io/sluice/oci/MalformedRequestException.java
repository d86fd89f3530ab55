package io.sluice.oci;

/** A request, or a part of it, that does not follow the protocol's grammar; nothing of it may reach an upstream. */
public final class MalformedRequestException extends RuntimeException {

    private final transient OciError error;

    /**
     * @param code the code that tells a program what was wrong
     * @param message what was wrong, without the value
     * @param value the offending value, as received
     * @param expected what would have been right
     */
    public MalformedRequestException(OciError.Code code, String message, String value, String expected) {
        super(message + ": expected " + expected, null, false, false);
        this.error = new OciError(code, message + ": expected " + expected, value);
    }

    /** The error to answer with. */
    public OciError error() {
        return error;
    }
}
