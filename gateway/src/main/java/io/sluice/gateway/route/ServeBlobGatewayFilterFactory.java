package io.sluice.gateway.route;

import io.sluice.gateway.metrics.Kind;
import io.sluice.gateway.pull.BlobPull;
import io.sluice.gateway.pull.PullTarget;
import io.sluice.oci.Digest;
import io.sluice.oci.DistributionRequest.BlobRequest;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.factory.AbstractGatewayFilterFactory;
import org.springframework.web.server.ServerWebExchange;
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
            return pulls.head(target, digest).flatMap(head -> BlobResponse.writeHead(exchange, digest, head));
        }
        return pulls.get(BlobExchange.wanted(exchange, target, digest));
    }
}
