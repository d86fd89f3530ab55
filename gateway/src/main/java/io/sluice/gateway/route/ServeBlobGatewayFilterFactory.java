package io.sluice.gateway.route;

import io.netty.buffer.ByteBuf;
import io.sluice.gateway.metrics.Kind;
import io.sluice.gateway.pull.BlobAnswer;
import io.sluice.gateway.pull.BlobHead;
import io.sluice.gateway.pull.BlobPull;
import io.sluice.gateway.pull.CacheStatus;
import io.sluice.gateway.pull.PullTarget;
import io.sluice.oci.Digest;
import io.sluice.oci.DistributionRequest.BlobRequest;
import io.sluice.oci.MediaTypes;
import io.sluice.oci.RangeRequest;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.factory.AbstractGatewayFilterFactory;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.NettyDataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The filter {@code ServeBlob}: answers requests for blobs and ranges of them. All other requests go on. */
final class ServeBlobGatewayFilterFactory extends AbstractGatewayFilterFactory<Object> {

    private final BlobPull pulls;
    private final Upstreams upstreams;

    ServeBlobGatewayFilterFactory(BlobPull pulls, Upstreams upstreams) {
        this.pulls = pulls;
        this.upstreams = upstreams;
    }

    @Override
    public GatewayFilter apply(Object config) {
        return (exchange, chain) -> RoutedPull.of(exchange)
                .filter(pull -> pull.request() instanceof BlobRequest)
                .map(pull -> answer(exchange, upstreams.target(exchange, pull), (BlobRequest) pull.request()))
                .orElseGet(() -> chain.filter(exchange));
    }

    private Mono<Void> answer(ServerWebExchange exchange, PullTarget target, BlobRequest request) {
        PullResponse.begin(exchange, target, Kind.BLOB);
        Digest digest = request.digest();
        if (PullResponse.isHead(exchange) || PullResponse.isKnownToClient(exchange, digest)) {
            return pulls.head(target, digest).flatMap(head -> writeHead(exchange, digest, head));
        }
        return pulls.get(target, digest, rangeOf(exchange, digest), blob -> writeBlob(exchange, blob));
    }

    /** The range to ask for; one that is bound to other content than this is passed over. */
    private static RangeRequest rangeOf(ServerWebExchange exchange, Digest digest) {
        HttpHeaders headers = exchange.getRequest().getHeaders();
        String condition = headers.getFirst(HttpHeaders.IF_RANGE);
        boolean applies = condition == null || condition.strip().equals(EntityTag.of(digest));
        return applies ? RangeRequest.parse(headers.getFirst(HttpHeaders.RANGE)) : RangeRequest.WHOLE;
    }

    private static Mono<Void> writeHead(ServerWebExchange exchange, Digest digest, BlobHead head) {
        describe(exchange, digest, head.status());
        if (PullResponse.isKnownToClient(exchange, digest)) {
            return PullResponse.notModified(exchange);
        }
        HttpHeaders headers = exchange.getResponse().getHeaders();
        headers.set(HttpHeaders.CONTENT_TYPE, MediaTypes.OCTET_STREAM);
        if (head.size() >= 0) {
            headers.setContentLength(head.size());
        }
        return exchange.getResponse().setComplete();
    }

    private static Mono<Void> writeBlob(ServerWebExchange exchange, BlobAnswer answer) {
        return switch (answer) {
            case BlobAnswer.Kept kept -> Mono.error(new IllegalStateException("nothing is kept yet: " + kept.digest()));
            case BlobAnswer.Passing passing -> writePassing(exchange, passing);
        };
    }

    private static Mono<Void> writePassing(ServerWebExchange exchange, BlobAnswer.Passing blob) {
        ServerHttpResponse response = exchange.getResponse();
        HttpHeaders headers = response.getHeaders();
        describe(exchange, blob.digest(), blob.status());
        headers.set(HttpHeaders.CONTENT_TYPE, blob.contentType());
        if (blob.length() >= 0) {
            headers.setContentLength(blob.length());
        }
        if (blob.partial()) {
            response.setStatusCode(HttpStatus.PARTIAL_CONTENT);
        }
        if (blob.contentRange() != null) {
            headers.set(HttpHeaders.CONTENT_RANGE, blob.contentRange());
        }
        return response.writeWith(buffers(response, blob.body()));
    }

    private static void describe(ServerWebExchange exchange, Digest digest, CacheStatus status) {
        PullResponse.describe(exchange, status);
        PullResponse.describe(exchange, digest);
        exchange.getResponse().getHeaders().set(HttpHeaders.ACCEPT_RANGES, "bytes");
    }

    /** The same bytes as buffers of Spring, without a copy. */
    private static Flux<DataBuffer> buffers(ServerHttpResponse response, Flux<ByteBuf> body) {
        NettyDataBufferFactory factory = (NettyDataBufferFactory) response.bufferFactory();
        return body.map(factory::wrap);
    }
}
