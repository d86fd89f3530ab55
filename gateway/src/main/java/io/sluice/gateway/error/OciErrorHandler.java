package io.sluice.gateway.error;

import io.netty.handler.ssl.SslClosedEngineException;
import io.sluice.gateway.metrics.Outcome;
import io.sluice.gateway.metrics.PullRecord;
import io.sluice.oci.MalformedRequestException;
import io.sluice.oci.OciError;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.webflux.error.ErrorWebExceptionHandler;
import org.springframework.context.ApplicationContext;
import org.springframework.core.annotation.Order;
import org.springframework.web.ErrorResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.util.DisconnectedClientHelper;
import reactor.core.publisher.Mono;

/**
 * Answers every failure of the main port with an OCI error, before Boot's own handler would with its page. Of a
 * failure that was not foreseen nothing reaches the client, and its message does not reach the log either, unless at
 * level DEBUG: it may hold a presigned URL (T20).
 */
@Order(-2)
public final class OciErrorHandler implements ErrorWebExceptionHandler {

    private static final Logger log = LoggerFactory.getLogger(OciErrorHandler.class);

    private final ApplicationContext mainContext;

    /** @param mainContext the context of the main port; the management port inherits this bean and leaves it alone */
    public OciErrorHandler(ApplicationContext mainContext) {
        this.mainContext = mainContext;
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange, Throwable failure) {
        if (!mainContext.equals(exchange.getApplicationContext())) {
            return Mono.error(failure);
        }
        if (failure instanceof PullDeniedException) {
            PullRecord.answered(exchange, Outcome.DENIED);
        }
        ErrorAnswer answer = answerTo(exchange, failure);
        if (answer.status() >= 500) {
            tell(exchange, failure);
        }
        return ErrorAnswers.write(exchange, answer);
    }

    private static ErrorAnswer answerTo(ServerWebExchange exchange, Throwable failure) {
        return switch (failure) {
            case MalformedRequestException e -> ofMalformed(e.error());
            case PullException e -> ErrorAnswer.of(e, unknownAt(path(exchange)));
            case ErrorResponse e -> ofStatus(e.getStatusCode().value());
            default -> ErrorAnswer.of(500, OciError.Code.UNKNOWN, "the gateway failed");
        };
    }

    private static ErrorAnswer ofMalformed(OciError error) {
        boolean absent = error.code() == OciError.Code.NAME_UNKNOWN || error.code() == OciError.Code.UNSUPPORTED;
        return new ErrorAnswer(absent ? 404 : 400, error, Map.of());
    }

    /** What Spring itself refuses; its reasons name classes and settings and stay here. */
    private static ErrorAnswer ofStatus(int status) {
        return switch (status) {
            case 401 -> ErrorAnswer.of(status, OciError.Code.UNAUTHORIZED, "authentication is required");
            case 403 -> ErrorAnswer.of(status, OciError.Code.DENIED, "access is denied");
            case 404 -> ErrorAnswer.of(status, OciError.Code.NAME_UNKNOWN, "no route serves this name");
            case 429 -> ErrorAnswer.of(status, OciError.Code.TOOMANYREQUESTS, "too many requests");
            case 502, 503, 504 -> ErrorAnswer.of(status, OciError.Code.UNAVAILABLE, "not available");
            default ->
                status < 500
                        ? ErrorAnswer.of(status, OciError.Code.UNSUPPORTED, "not supported")
                        : ErrorAnswer.of(status, OciError.Code.UNKNOWN, "the gateway failed");
        };
    }

    /** The code for "there is no such thing" at an endpoint: {@code …/manifests/<reference>}, {@code …/blobs/<digest>}. */
    private static OciError.Code unknownAt(String path) {
        int object = path.lastIndexOf('/');
        if (path.startsWith("/manifests", object - "/manifests".length())) {
            return OciError.Code.MANIFEST_UNKNOWN;
        }
        if (path.startsWith("/blobs", object - "/blobs".length())) {
            return OciError.Code.BLOB_UNKNOWN;
        }
        return OciError.Code.NAME_UNKNOWN;
    }

    /** One line a failure; a client that has left is none. */
    private static void tell(ServerWebExchange exchange, Throwable failure) {
        String id = exchange.getResponse().getHeaders().getFirst(ErrorAnswers.REQUEST_ID);
        if (failure instanceof PullException) {
            log.warn("request {} failed: {}", id, failure.getMessage());
        } else if (!hasClientLeft(failure)) {
            StackTraceElement[] trace = failure.getStackTrace();
            String where = trace.length == 0 ? "an unknown place" : trace[0].toString();
            log.error("request {} failed: {} at {}", id, failure.getClass().getName(), where);
            log.debug("request {} failed", id, failure);
        }
    }

    private static boolean hasClientLeft(Throwable failure) {
        return failure instanceof SslClosedEngineException
                || DisconnectedClientHelper.isClientDisconnectedException(failure);
    }

    private static String path(ServerWebExchange exchange) {
        return exchange.getRequest().getURI().getRawPath();
    }
}
