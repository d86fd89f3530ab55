package io.sluice.gateway.error;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The registry itself answered, with a status that is not a success, to a request with a token fresh for its scope. A 429
 * may also be the token endpoint's, or an earlier answer that still stands: nothing was asked while it says to wait.
 */
public final class UpstreamStatusException extends PullException {

    private final int status;
    private final @Nullable Duration retryAfter;
    private final @Nullable String contentRange;

    /**
     * @param host the host that answered
     * @param status its status
     * @param retryAfter its {@code Retry-After}, or null
     * @param contentRange its {@code Content-Range}, of a 416, or null
     */
    public UpstreamStatusException(
            String host, int status, @Nullable Duration retryAfter, @Nullable String contentRange) {
        super(host + " answered " + status);
        this.status = status;
        this.retryAfter = retryAfter;
        this.contentRange = contentRange;
    }

    public int status() {
        return status;
    }

    /** How long the upstream asked to wait, or null. */
    public @Nullable Duration retryAfter() {
        return retryAfter;
    }

    /** The {@code Content-Range} of a 416, or null. */
    public @Nullable String contentRange() {
        return contentRange;
    }

    /** Whether the answer is "no": unauthorized, forbidden or not found, which look the same to a client (T30). */
    public boolean isNo() {
        return status == 401 || status == 403 || status == 404;
    }

    @Override
    public boolean isOutage() {
        return status >= 500 || status == 429 || status == 408;
    }
}
