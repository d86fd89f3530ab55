package io.sluice.gateway.route;

import io.sluice.gateway.metrics.Kind;
import io.sluice.gateway.metrics.PullRecord;
import io.sluice.gateway.pull.CacheStatus;
import io.sluice.gateway.pull.PullTarget;
import io.sluice.oci.Digest;
import java.nio.ByteBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** How an answer to a pull becomes HTTP: the headers that every client reads, on GET and HEAD alike. */
final class PullResponse {

    static final String DIGEST = "Docker-Content-Digest";
    static final String CACHE_STATUS = "Cache-Status";

    private static final String STALE_WARNING = "299 - \"stale: not confirmed by the upstream\"";

    private PullResponse() {}

    /** Begins the answer to a pull: until someone has answered, it is one that was asked upstream in vain. */
    static void begin(ServerWebExchange exchange, PullTarget target, Kind kind) {
        exchange.getResponse().getHeaders().set(CACHE_STATUS, CacheStatus.MISS.headerValue());
        PullRecord.begin(
                exchange, target.upstream().route(), kind, target.name().text());
    }

    /** Says how the cache handled it, in the header and for the meters. */
    static void describe(ServerWebExchange exchange, CacheStatus status) {
        HttpHeaders headers = exchange.getResponse().getHeaders();
        headers.set(CACHE_STATUS, status.headerValue());
        if (status.isStale()) {
            headers.set(HttpHeaders.WARNING, STALE_WARNING);
        }
        PullRecord.answered(exchange, status.outcome());
    }

    /** Says which content it is. */
    static void describe(ServerWebExchange exchange, Digest digest) {
        HttpHeaders headers = exchange.getResponse().getHeaders();
        headers.set(DIGEST, digest.text());
        headers.setETag(EntityTag.of(digest));
    }

    /** Whether the client has this content already. */
    static boolean isKnownToClient(ServerWebExchange exchange, Digest digest) {
        return EntityTag.isAmong(exchange.getRequest().getHeaders().getOrEmpty(HttpHeaders.IF_NONE_MATCH), digest);
    }

    /** The answer to a client that has the content already. */
    static Mono<Void> notModified(ServerWebExchange exchange) {
        exchange.getResponse().setStatusCode(HttpStatus.NOT_MODIFIED);
        return exchange.getResponse().setComplete();
    }

    /** A body that is at hand, or, for a HEAD, its length alone. */
    static Mono<Void> write(ServerWebExchange exchange, String mediaType, ByteBuffer body) {
        ServerHttpResponse response = exchange.getResponse();
        response.getHeaders().set(HttpHeaders.CONTENT_TYPE, mediaType);
        response.getHeaders().setContentLength(body.remaining());
        return isHead(exchange)
                ? response.setComplete()
                : response.writeWith(
                        Mono.fromSupplier(() -> response.bufferFactory().wrap(body)));
    }

    static boolean isHead(ServerWebExchange exchange) {
        return HttpMethod.HEAD.equals(exchange.getRequest().getMethod());
    }
}
