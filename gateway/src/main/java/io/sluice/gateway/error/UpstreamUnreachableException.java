package io.sluice.gateway.error;

/** No connection to the upstream, or the connection broke before it answered. */
public final class UpstreamUnreachableException extends PullException {

    /** Why there is no connection. */
    public enum Reason {
        REFUSED,
        UNRESOLVED,
        CONNECT_TIMEOUT,
        TLS,
        PROXY,
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

    private UpstreamUnreachableException(String message, Throwable cause) {
        super(message, cause);
        this.reason = Reason.PROXY;
    }

    /**
     * One that a proxy stands in front of.
     *
     * @param host the host behind the proxy
     * @param what what the proxy did
     * @param cause the error of the network
     */
    public static UpstreamUnreachableException behindProxy(String host, String what, Throwable cause) {
        return new UpstreamUnreachableException(host + " could not be reached: " + what, cause);
    }

    public Reason reason() {
        return reason;
    }

    @Override
    public boolean isOutage() {
        return true;
    }
}
