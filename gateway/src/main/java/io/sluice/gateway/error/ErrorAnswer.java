package io.sluice.gateway.error;

import io.sluice.oci.OciError;
import java.time.Duration;
import java.util.Map;

/**
 * The answer to a request that failed: the one mapping from what went wrong to a status, an OCI error and headers.
 * What each answer makes a client do is why it is chosen: an early 404 or 503 sends Docker and containerd to their next
 * endpoint, a 4xx without a JSON body does not.
 *
 * @param status the HTTP status
 * @param error the body
 * @param headers further headers
 */
public record ErrorAnswer(int status, OciError error, Map<String, String> headers) {

    private static final Duration LONGEST_RETRY_AFTER = Duration.ofMinutes(5);
    private static final String UNKNOWN_TO_UPSTREAM = "unknown to the upstream";
    private static final Duration DEFAULT_RETRY_AFTER = Duration.ofSeconds(30);

    /**
     * The answer to a failed pull.
     *
     * @param failure what went wrong
     * @param unknown the code for "there is no such thing": manifest, blob or name
     */
    public static ErrorAnswer of(PullException failure, OciError.Code unknown) {
        return switch (failure) {
            case CallRejectedException e -> retryLater(503, OciError.Code.UNAVAILABLE, e, e.retryAfter());
            case ContentUnknownException e -> of(404, unknown, e.getMessage());
            case InvalidContentException e -> of(502, invalid(unknown), e.getMessage());
            case OverloadedException e -> retryLater(503, OciError.Code.UNAVAILABLE, e, Duration.ofSeconds(1));
            case ProxyLoopException e -> of(502, OciError.Code.UNAVAILABLE, e.getMessage());
            case PullDeniedException e -> of(404, unknown, UNKNOWN_TO_UPSTREAM);
            case RangeUnsatisfiableException e -> unsatisfiable("bytes */" + e.size());
            case UpstreamCredentialsException e -> of(502, OciError.Code.UNAVAILABLE, e.getMessage());
            // As if it did not exist: a 5xx would make clients ask again and again for what is not going to come.
            case UpstreamOfflineException e -> of(404, unknown, e.getMessage());
            case UpstreamProtocolException e -> of(502, OciError.Code.UNAVAILABLE, e.getMessage());
            case UpstreamStatusException e -> ofStatus(e, unknown);
            case UpstreamTimeoutException e -> of(504, OciError.Code.UNAVAILABLE, e.getMessage());
            case UpstreamUnreachableException e ->
                of(
                        e.reason() == UpstreamUnreachableException.Reason.TLS ? 502 : 503,
                        OciError.Code.UNAVAILABLE,
                        e.getMessage());
        };
    }

    private static OciError.Code invalid(OciError.Code unknown) {
        return unknown == OciError.Code.MANIFEST_UNKNOWN ? OciError.Code.MANIFEST_INVALID : OciError.Code.UNAVAILABLE;
    }

    /** An answer without further headers. */
    public static ErrorAnswer of(int status, OciError.Code code, String message) {
        return new ErrorAnswer(status, new OciError(code, message, null), Map.of());
    }

    private static ErrorAnswer ofStatus(UpstreamStatusException failure, OciError.Code unknown) {
        int status = failure.status();
        if (failure.isNo() || status == 406) {
            return of(404, unknown, UNKNOWN_TO_UPSTREAM);
        }
        if (status == 429) {
            Duration wait = failure.retryAfter() == null ? DEFAULT_RETRY_AFTER : failure.retryAfter();
            return retryLater(429, OciError.Code.TOOMANYREQUESTS, failure, wait);
        }
        if (status == 416) {
            return unsatisfiable(failure.contentRange() == null ? "bytes */*" : failure.contentRange());
        }
        int answered = status == 503 || status == 504 ? status : 502;
        return of(answered, OciError.Code.UNAVAILABLE, failure.getMessage());
    }

    private static ErrorAnswer unsatisfiable(String contentRange) {
        OciError error = new OciError(OciError.Code.RANGE_INVALID, "the range lies outside the blob", null);
        return new ErrorAnswer(416, error, Map.of("Content-Range", contentRange));
    }

    private static ErrorAnswer retryLater(int status, OciError.Code code, PullException failure, Duration wait) {
        long seconds = Math.clamp(wait.toSeconds(), 1, LONGEST_RETRY_AFTER.toSeconds());
        OciError error = new OciError(code, failure.getMessage(), null);
        return new ErrorAnswer(status, error, Map.of("Retry-After", Long.toString(seconds)));
    }
}
