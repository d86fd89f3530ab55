package io.sluice.gateway.route;

import io.sluice.cache.manifest.Manifest;
import io.sluice.cache.manifest.ManifestDescriptor;
import io.sluice.gateway.metrics.Kind;
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
        ManifestDescriptor descriptor = pulled.descriptor();
        PullResponse.describe(exchange, pulled.status());
        PullResponse.describe(exchange, descriptor.digest());
        if (PullResponse.isKnownToClient(exchange, descriptor.digest())) {
            return PullResponse.notModified(exchange);
        }
        if (pulled.manifest() == null) {
            return writeHeaders(exchange, descriptor);
        }
        replay(pulled.manifest(), exchange.getResponse());
        return PullResponse.write(
                exchange, descriptor.mediaType(), pulled.manifest().bytes());
    }

    /** The one header that is kept; whatever else a store may come up with is not for clients (T25). */
    private static void replay(Manifest manifest, ServerHttpResponse response) {
        String lastModified = manifest.headers().get("last-modified");
        if (lastModified != null) {
            response.getHeaders().set(HttpHeaders.LAST_MODIFIED, lastModified);
        }
    }

    /** The answer to a HEAD whose bytes are not held; what the upstream did not say is left out. */
    private static Mono<Void> writeHeaders(ServerWebExchange exchange, ManifestDescriptor descriptor) {
        ServerHttpResponse response = exchange.getResponse();
        if (!descriptor.mediaType().isEmpty()) {
            response.getHeaders().set(HttpHeaders.CONTENT_TYPE, descriptor.mediaType());
        }
        if (descriptor.size() >= 0) {
            response.getHeaders().setContentLength(descriptor.size());
        }
        return response.setComplete();
    }
}
