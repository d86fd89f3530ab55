package io.sluice.gateway.route;

import io.sluice.gateway.metrics.Kind;
import io.sluice.gateway.pull.ListPull;
import io.sluice.gateway.pull.PullTarget;
import io.sluice.gateway.pull.PulledList;
import io.sluice.oci.DistributionRequest.BlobRequest;
import io.sluice.oci.DistributionRequest.ManifestRequest;
import io.sluice.oci.DistributionRequest.ReferrersRequest;
import io.sluice.oci.DistributionRequest.TagsRequest;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.factory.AbstractGatewayFilterFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** The filter {@code ServeLists}: answers requests for tags and referrers. All other requests go on. */
final class ServeListsGatewayFilterFactory extends AbstractGatewayFilterFactory<Object> {

    private final ListPull pulls;
    private final Upstreams upstreams;

    ServeListsGatewayFilterFactory(ListPull pulls, Upstreams upstreams) {
        this.pulls = pulls;
        this.upstreams = upstreams;
    }

    @Override
    public GatewayFilter apply(Object config) {
        return (exchange, chain) -> RoutedPull.of(exchange)
                .map(pull -> answer(exchange, chain, pull))
                .orElseGet(() -> chain.filter(exchange));
    }

    private Mono<Void> answer(ServerWebExchange exchange, GatewayFilterChain chain, RoutedPull pull) {
        return switch (pull.request()) {
            case TagsRequest tags -> {
                PullTarget target = begin(exchange, pull, Kind.TAGS);
                yield pulls.tags(target, tags).flatMap(list -> write(exchange, pull, list));
            }
            case ReferrersRequest referrers -> {
                PullTarget target = begin(exchange, pull, Kind.REFERRERS);
                yield pulls.referrers(target, referrers).flatMap(list -> write(exchange, pull, list));
            }
            case ManifestRequest manifest -> chain.filter(exchange);
            case BlobRequest blob -> chain.filter(exchange);
        };
    }

    private PullTarget begin(ServerWebExchange exchange, RoutedPull pull, Kind kind) {
        PullTarget target = upstreams.target(exchange, pull);
        PullResponse.begin(exchange, target, kind);
        return target;
    }

    private static Mono<Void> write(ServerWebExchange exchange, RoutedPull pull, PulledList list) {
        HttpHeaders headers = exchange.getResponse().getHeaders();
        PullResponse.describe(exchange, list.status());
        if (list.nextPage() != null) {
            headers.set(HttpHeaders.LINK, "<" + pathOfNextPage(exchange, pull, list.nextPage()) + ">; rel=\"next\"");
        }
        if (list.filtersApplied() != null) {
            headers.set("OCI-Filters-Applied", list.filtersApplied());
        }
        return PullResponse.write(exchange, list.mediaType(), list.body());
    }

    /** Our own path, as the client wrote it, with the upstream's query. */
    private static String pathOfNextPage(ServerWebExchange exchange, RoutedPull pull, String query) {
        String namespace = pull.request().repository().namespace();
        String path = exchange.getRequest().getURI().getRawPath() + "?" + query;
        return namespace == null ? path : path + "&ns=" + URLEncoder.encode(namespace, StandardCharsets.UTF_8);
    }
}
