package io.sluice.gateway.error;

/**
 * The token endpoint gave no token, or rejected our credential: a fault between the gateway and its upstream, never the
 * client's, and no word about the content.
 */
public final class UpstreamCredentialsException extends PullException {

    /** @param reason the endpoint's host and what it answered */
    public UpstreamCredentialsException(String reason) {
        super(reason);
    }

    @Override
    public boolean isOutage() {
        return true;
    }
}
