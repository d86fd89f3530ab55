package io.sluice.gateway.error;

/**
 * The upstream, or a host it redirected to, did something that is refused: a forbidden redirect, a content encoding,
 * broken framing, a loop.
 */
public final class UpstreamProtocolException extends PullException {

    /** @param reason the host and what it did */
    public UpstreamProtocolException(String reason) {
        super(reason);
    }
}
