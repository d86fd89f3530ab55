package io.sluice.gateway.route;

import io.netty.buffer.ByteBuf;
import io.sluice.gateway.pull.BlobAnswer;
import io.sluice.gateway.pull.BlobHead;
import io.sluice.gateway.pull.CacheStatus;
import io.sluice.oci.Digest;
import io.sluice.oci.MediaTypes;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.NettyDataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** How the answer to a pull of a blob becomes HTTP: all of it, some of it, or its headers alone. */
final class BlobResponse {

    private BlobResponse() {}

    /** The headers alone, or the news that the client has the blob already. */
    static Mono<Void> writeHead(ServerWebExchange exchange, Digest digest, BlobHead head) {
        describe(exchange, digest, head.status());
        if (PullResponse.isKnownToClient(exchange, digest)) {
            return PullResponse.notModified(exchange);
        }
        describe(exchange, MediaTypes.OCTET_STREAM, null, head.size());
        return exchange.getResponse().setComplete();
    }

    /**
     * The blob, or some of it. When the rest of its bytes does not come, what it failed with says why; an answer that has
     * begun is then to be aborted.
     */
    static Mono<Void> write(ServerWebExchange exchange, BlobAnswer answer) {
        describe(exchange, answer.digest(), answer.status());
        return switch (answer) {
            case BlobAnswer.Kept kept -> writeKept(exchange, kept);
            case BlobAnswer.Passing passing -> writePassing(exchange, passing);
        };
    }

    private static Mono<Void> writeKept(ServerWebExchange exchange, BlobAnswer.Kept blob) {
        ServerHttpResponse response = exchange.getResponse();
        BlobBody body = BlobBody.of(blob.size(), blob.ranges());
        describe(exchange, body.contentType(), body.contentRange(), body.length());
        if (!blob.ranges().isEmpty()) {
            response.setStatusCode(HttpStatus.PARTIAL_CONTENT);
        }
        return BlobTransfer.send(response, blob.reader(), body.parts());
    }

    private static Mono<Void> writePassing(ServerWebExchange exchange, BlobAnswer.Passing blob) {
        ServerHttpResponse response = exchange.getResponse();
        describe(exchange, blob.contentType(), blob.contentRange(), blob.length());
        if (blob.partial()) {
            response.setStatusCode(HttpStatus.PARTIAL_CONTENT);
        }
        return response.writeWith(buffers(response, blob.body()));
    }

    private static void describe(ServerWebExchange exchange, Digest digest, CacheStatus status) {
        PullResponse.describe(exchange, status);
        PullResponse.headers(exchange).describe(digest);
        exchange.getResponse().getHeaders().set(HttpHeaders.ACCEPT_RANGES, "bytes");
    }

    private static void describe(
            ServerWebExchange exchange, String contentType, @Nullable String contentRange, long length) {
        HttpHeaders headers = exchange.getResponse().getHeaders();
        headers.set(HttpHeaders.CONTENT_TYPE, contentType);
        if (contentRange != null) {
            headers.set(HttpHeaders.CONTENT_RANGE, contentRange);
        }
        if (length >= 0) {
            headers.setContentLength(length);
        }
    }

    /** The same bytes as buffers of Spring, without a copy. */
    private static Flux<DataBuffer> buffers(ServerHttpResponse response, Flux<ByteBuf> body) {
        NettyDataBufferFactory factory = (NettyDataBufferFactory) response.bufferFactory();
        return body.map(factory::wrap);
    }
}
