package io.sluice.gateway.route;

import io.sluice.gateway.metrics.Kind;
import io.sluice.gateway.pull.BlobPull;
import io.sluice.gateway.pull.PullTarget;
import io.sluice.oci.Digest;
import io.sluice.oci.DistributionRequest.BlobRequest;
import io.sluice.oci.RangeRequest;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.factory.AbstractGatewayFilterFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.server.HttpServerRequest;

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
            return pulls.head(target, digest).flatMap(head -> BlobResponse.writeHead(exchange, digest, head));
        }
        return pulls.get(
                target,
                digest,
                rangeOf(exchange, digest),
                blob -> BlobResponse.write(exchange, blob),
                Schedulers.fromExecutor(eventLoop(exchange)));
    }

    /** Of many who wait for the same byte, each goes on where its own connection is at home, without a detour. */
    private static Executor eventLoop(ServerWebExchange exchange) {
        HttpServerRequest connected = ServerHttpRequestDecorator.getNativeRequest(exchange.getRequest());
        AtomicReference<Executor> loop = new AtomicReference<>();
        connected.withConnection(connection -> loop.set(connection.channel().eventLoop()));
        return Objects.requireNonNull(loop.get());
    }

    /** The range to ask for; one that is bound to other content than this is passed over. */
    private static RangeRequest rangeOf(ServerWebExchange exchange, Digest digest) {
        HttpHeaders headers = exchange.getRequest().getHeaders();
        String condition = headers.getFirst(HttpHeaders.IF_RANGE);
        boolean applies = condition == null || condition.strip().equals(EntityTag.of(digest));
        return applies ? RangeRequest.parse(headers.getFirst(HttpHeaders.RANGE)) : RangeRequest.WHOLE;
    }
}
