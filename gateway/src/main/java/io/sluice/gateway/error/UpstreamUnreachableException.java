package io.sluice.gateway.error;

/** No connection to the upstream, or the connection broke before it answered. */
public final class UpstreamUnreachableException extends PullException {

    /** Why there is no connection. */
    public enum Reason {
        REFUSED,
        UNRESOLVED,
        CONNECT_TIMEOUT,
        TLS,
        BROKEN
    }

    private final Reason reason;

    /**
     * @param host the host that could not be reached
     * @param reason why
     * @param cause the error of the network
     */
    public UpstreamUnreachableException(String host, Reason reason, Throwable cause) {
        super(host + " could not be reached: " + reason, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }

    @Override
    public boolean isOutage() {
        return true;
    }
}
