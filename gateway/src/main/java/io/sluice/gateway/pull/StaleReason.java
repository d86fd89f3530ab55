package io.sluice.gateway.pull;

import io.sluice.gateway.error.CallRejectedException;
import io.sluice.gateway.error.ContentUnknownException;
import io.sluice.gateway.error.InvalidContentException;
import io.sluice.gateway.error.OverloadedException;
import io.sluice.gateway.error.ProxyLoopException;
import io.sluice.gateway.error.PullDeniedException;
import io.sluice.gateway.error.PullException;
import io.sluice.gateway.error.RangeUnsatisfiableException;
import io.sluice.gateway.error.UpstreamCredentialsException;
import io.sluice.gateway.error.UpstreamOfflineException;
import io.sluice.gateway.error.UpstreamProtocolException;
import io.sluice.gateway.error.UpstreamStatusException;
import io.sluice.gateway.error.UpstreamTimeoutException;
import io.sluice.gateway.error.UpstreamUnreachableException;
import io.sluice.gateway.error.UpstreamUnreachableException.Reason;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The kinds of failures of an upstream that an older answer may stand in for. A 401 or 403 is none: it is the registry's
 * word about who may see what, and takes that right away. That the route is offline needs none.
 */
public enum StaleReason {
    /** No answer in time: while connecting, to the first header, or a 408. */
    TIMEOUT("timeout"),
    /** No connection: refused, not resolved, broken, TLS failed, or the gateway spares it because it failed too often. */
    UNREACHABLE("unreachable"),
    /** A 500 or above. */
    SERVER_ERROR("5xx"),
    /** A 429: the upstream's limit is reached. */
    TOO_MANY_REQUESTS("429"),
    /** The token endpoint does not take the gateway's own credential, or gives no token. */
    CREDENTIALS("credentials"),
    /** A 404: the tag is gone. */
    NOT_FOUND("404");

    /** All but the 404. */
    public static final Set<StaleReason> DEFAULT = Set.copyOf(EnumSet.complementOf(EnumSet.of(NOT_FOUND)));

    private final String label;

    StaleReason(String label) {
        this.label = label;
    }

    /** The reason of that name in a configuration, or empty. */
    public static Optional<StaleReason> of(String label) {
        return Arrays.stream(values())
                .filter(reason -> reason.label.equals(label))
                .findFirst();
    }

    /** The names of all, for messages. */
    public static String labels() {
        return Arrays.stream(values()).map(reason -> reason.label).collect(Collectors.joining(", "));
    }

    /** Which kind of failure it is, or null when nothing may stand in for what failed. */
    static @Nullable StaleReason of(PullException failure) {
        return switch (failure) {
            case CallRejectedException ignored -> UNREACHABLE;
            case ContentUnknownException ignored -> null;
            case InvalidContentException ignored -> null;
            case OverloadedException ignored -> null;
            case ProxyLoopException ignored -> null;
            case PullDeniedException ignored -> null;
            case RangeUnsatisfiableException ignored -> null;
            case UpstreamCredentialsException ignored -> CREDENTIALS;
            case UpstreamOfflineException ignored -> null;
            case UpstreamProtocolException ignored -> null;
            case UpstreamStatusException answer -> ofStatus(answer.status());
            case UpstreamTimeoutException ignored -> TIMEOUT;
            case UpstreamUnreachableException unreachable ->
                unreachable.reason() == Reason.CONNECT_TIMEOUT ? TIMEOUT : UNREACHABLE;
        };
    }

    private static @Nullable StaleReason ofStatus(int status) {
        return switch (status) {
            case 404 -> NOT_FOUND;
            case 408 -> TIMEOUT;
            case 429 -> TOO_MANY_REQUESTS;
            default -> status >= 500 ? SERVER_ERROR : null;
        };
    }
}
