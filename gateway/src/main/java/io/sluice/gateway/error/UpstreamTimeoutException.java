package io.sluice.gateway.error;

import java.time.Duration;

/** The upstream did not answer, or did not go on, within a limit. */
public final class UpstreamTimeoutException extends PullException {

    /**
     * @param host the host that was waited for
     * @param waitedFor what did not come: "the first header", "more of the body", "a free connection"
     * @param limit how long it was waited for
     */
    public UpstreamTimeoutException(String host, String waitedFor, Duration limit) {
        super(host + " did not give " + waitedFor + " within " + limit.toMillis() + " ms");
    }

    @Override
    public boolean isOutage() {
        return true;
    }
}
