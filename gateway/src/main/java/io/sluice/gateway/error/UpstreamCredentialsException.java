package io.sluice.gateway.error;

/**
 * The token endpoint gave no token, or rejected our credential: a fault between the gateway and its upstream, never the
 * client's, and no word about the content.
 */
public final class UpstreamCredentialsException extends PullException {

    private final boolean rejection;

    /** @param reason the endpoint's host and what it answered, or why there is no credential to ask it with */
    public UpstreamCredentialsException(String reason) {
        this(reason, false);
    }

    /** @param rejection whether it was the credential that was not accepted */
    public UpstreamCredentialsException(String reason, boolean rejection) {
        super(reason);
        this.rejection = rejection;
    }

    /** Whether another credential might be accepted. */
    public boolean isRejection() {
        return rejection;
    }

    @Override
    public boolean isOutage() {
        return true;
    }
}
