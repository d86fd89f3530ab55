package io.sluice.gateway.route;

import io.sluice.gateway.metrics.Kind;
import io.sluice.gateway.metrics.PullRecord;
import io.sluice.gateway.pull.CacheStatus;
import io.sluice.gateway.pull.PullTarget;
import io.sluice.oci.Digest;
import java.nio.ByteBuffer;
import java.util.List;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** How an answer to a pull becomes HTTP: the headers that every client reads, on GET and HEAD alike. */
final class PullResponse {

    private PullResponse() {}

    /** Begins the answer to a pull: until someone has answered, it is one that was asked upstream in vain. */
    static void begin(ServerWebExchange exchange, PullTarget target, Kind kind) {
        headers(exchange).describe(CacheStatus.MISS);
        PullRecord.begin(
                exchange, target.upstream().route(), kind, target.name().text());
    }

    /** The headers of the answer. */
    static AnswerHeaders headers(ServerWebExchange exchange) {
        HttpHeaders headers = exchange.getResponse().getHeaders();
        return (name, value) -> headers.set(name.toString(), value);
    }

    /** Says how the cache handled it, in the header and for the meters. */
    static void describe(ServerWebExchange exchange, CacheStatus status) {
        headers(exchange).describe(status);
        PullRecord.answered(exchange, status.outcome());
    }

    /** Whether the client has this content already. */
    static boolean isKnownToClient(ServerWebExchange exchange, Digest digest) {
        return EntityTag.isAmong(known(exchange), digest);
    }

    /** The content that the client says it has. */
    static List<String> known(ServerWebExchange exchange) {
        return exchange.getRequest().getHeaders().getOrEmpty(HttpHeaders.IF_NONE_MATCH);
    }

    /** A body that is at hand, or, for a HEAD, its length alone. */
    static Mono<Void> write(ServerWebExchange exchange, String mediaType, ByteBuffer body) {
        ServerHttpResponse response = exchange.getResponse();
        response.getHeaders().set(HttpHeaders.CONTENT_TYPE, mediaType);
        response.getHeaders().setContentLength(body.remaining());
        return isHead(exchange) ? response.setComplete() : write(response, body);
    }

    /** A body whose headers are set. */
    static Mono<Void> write(ServerHttpResponse response, ByteBuffer body) {
        return response.writeWith(
                Mono.fromSupplier(() -> response.bufferFactory().wrap(body)));
    }

    static boolean isHead(ServerWebExchange exchange) {
        return HttpMethod.HEAD.equals(exchange.getRequest().getMethod());
    }
}
