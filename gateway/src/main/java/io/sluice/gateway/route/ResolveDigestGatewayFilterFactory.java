package io.sluice.gateway.route;

import io.sluice.gateway.metrics.Kind;
import io.sluice.gateway.metrics.PullRecord;
import io.sluice.gateway.pull.ManifestPull;
import io.sluice.gateway.pull.PullTarget;
import io.sluice.gateway.pull.PulledManifest;
import io.sluice.oci.Accept;
import io.sluice.oci.DistributionRequest.ManifestRequest;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.factory.AbstractGatewayFilterFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * The filter {@code ResolveDigest}: answers requests for manifests, by tag and by digest, from the cache or through it.
 * All other requests go on.
 */
final class ResolveDigestGatewayFilterFactory extends AbstractGatewayFilterFactory<Object> {

    private final ManifestPull pulls;
    private final Upstreams upstreams;

    ResolveDigestGatewayFilterFactory(ManifestPull pulls, Upstreams upstreams) {
        this.pulls = pulls;
        this.upstreams = upstreams;
    }

    @Override
    public GatewayFilter apply(Object config) {
        return (exchange, chain) -> RoutedPull.of(exchange)
                .filter(pull -> pull.request() instanceof ManifestRequest)
                .map(pull -> answer(exchange, upstreams.target(exchange, pull), (ManifestRequest) pull.request()))
                .orElseGet(() -> chain.filter(exchange));
    }

    private Mono<Void> answer(ServerWebExchange exchange, PullTarget target, ManifestRequest request) {
        PullResponse.begin(exchange, target, Kind.MANIFEST);
        Accept accept = Accept.parse(exchange.getRequest().getHeaders().getOrEmpty(HttpHeaders.ACCEPT));
        Mono<PulledManifest> pull = PullResponse.isHead(exchange)
                ? pulls.head(target, request.reference(), accept)
                : pulls.get(target, request.reference(), accept);
        return pull.flatMap(pulled -> write(exchange, pulled));
    }

    private static Mono<Void> write(ServerWebExchange exchange, PulledManifest pulled) {
        PullRecord.answered(exchange, pulled.status().outcome());
        ServerHttpResponse response = exchange.getResponse();
        ContentAnswer answer = ContentAnswer.of(
                pulled, PullResponse.isHead(exchange), PullResponse.known(exchange), PullResponse.headers(exchange));
        response.setStatusCode(answer.status());
        return answer.body() == null ? response.setComplete() : PullResponse.write(response, answer.body());
    }
}
