package io.sluice.gateway.error;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Why a pull cannot be answered with content. Each kind means one thing and carries the facts; {@link ErrorAnswer} turns
 * it into a status and an OCI error, in one place.
 *
 * <p>Messages may reach clients and logs: they name hosts and statuses, never a query, a token or a credential (T20).
 */
public abstract sealed class PullException extends RuntimeException
        permits CallRejectedException,
                ContentUnknownException,
                InvalidContentException,
                OverloadedException,
                ProxyLoopException,
                PullDeniedException,
                RangeUnsatisfiableException,
                UpstreamCredentialsException,
                UpstreamOfflineException,
                UpstreamProtocolException,
                UpstreamStatusException,
                UpstreamTimeoutException,
                UpstreamUnreachableException {

    PullException(String message) {
        this(message, null);
    }

    PullException(String message, @Nullable Throwable cause) {
        super(message, cause, false, false);
    }

    /** What went wrong, fit for a client. */
    @Override
    public final String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }

    /** Whether an older answer may be served instead: the upstream did not answer the question at all. */
    public boolean isOutage() {
        return false;
    }
}
