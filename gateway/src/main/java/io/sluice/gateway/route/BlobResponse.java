package io.sluice.gateway.route;

import io.netty.buffer.ByteBuf;
import io.sluice.gateway.metrics.PullRecord;
import io.sluice.gateway.pull.BlobAnswer;
import io.sluice.gateway.pull.BlobHead;
import io.sluice.oci.Digest;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.NettyDataBufferFactory;
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
        PullRecord.answered(exchange, head.status().outcome());
        ContentAnswer answer =
                ContentAnswer.of(digest, head, null, PullResponse.known(exchange), PullResponse.headers(exchange));
        exchange.getResponse().setStatusCode(answer.status());
        return exchange.getResponse().setComplete();
    }

    /**
     * The blob, or some of it. When the rest of its bytes does not come, what it failed with says why; an answer that has
     * begun is then to be aborted.
     */
    static Mono<Void> write(ServerWebExchange exchange, BlobAnswer answer) {
        PullResponse.describe(exchange, answer.status());
        PullResponse.headers(exchange).describeBlob(answer.digest());
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

    private static void describe(
            ServerWebExchange exchange, String contentType, @Nullable String contentRange, long length) {
        AnswerHeaders headers = PullResponse.headers(exchange);
        headers.describeBody(contentType, length);
        if (contentRange != null) {
            headers.set(AnswerHeaders.CONTENT_RANGE, contentRange);
        }
    }

    /** The same bytes as buffers of Spring, without a copy. */
    private static Flux<DataBuffer> buffers(ServerHttpResponse response, Flux<ByteBuf> body) {
        NettyDataBufferFactory factory = (NettyDataBufferFactory) response.bufferFactory();
        return body.map(factory::wrap);
    }
}
