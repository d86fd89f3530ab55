package io.sluice.gateway.error;

import java.time.Duration;

/** The gateway did not let a call go to an upstream, to spare both: the upstream was not asked. */
public final class CallRejectedException extends PullException {

    /** What the call did not get past. */
    public enum Reason {
        /** The host failed too often lately. */
        BREAKER_OPEN("it failed too often and is left alone for a while"),
        /** Too many calls wait for a connection to the host. */
        QUEUE_FULL("too many calls wait for a connection to it"),
        /** No connection to the host became free in time. */
        QUEUE_TIMEOUT("none of its connections became free in time");

        private final String words;

        Reason(String words) {
            this.words = words;
        }
    }

    private final Reason reason;
    private final Duration retryAfter;

    /**
     * @param host whom the call was for
     * @param reason why it did not go there
     * @param retryAfter when to try again
     */
    public CallRejectedException(String host, Reason reason, Duration retryAfter) {
        super(host + " was not asked: " + reason.words);
        this.reason = reason;
        this.retryAfter = retryAfter;
    }

    public Reason reason() {
        return reason;
    }

    /** When to try again. */
    public Duration retryAfter() {
        return retryAfter;
    }

    @Override
    public boolean isOutage() {
        return true;
    }
}
