package io.sluice.gateway.route;

import io.sluice.gateway.pull.Upstream;
import io.sluice.oci.DistributionRequest.RepositoryRequest;
import io.sluice.oci.RepositoryName;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.web.server.ServerWebExchange;

/**
 * A request on its way through the filters of a route: the one attribute that they share. It is parsed once, before
 * routing; each filter adds what it decided.
 *
 * @param request what the client asks for
 * @param routing the routing that held when it came; all that it needs of the configuration is in there
 * @param route the configured route that answers, or null where none of them does
 * @param repository what the repository is called at the upstream, or null before that is decided
 * @param upstream where the content comes from, or null before that is decided
 */
record RoutedPull(
        RepositoryRequest request,
        Routing routing,
        @Nullable RouteSettings route,
        @Nullable RepositoryName repository,
        @Nullable Upstream upstream) {

    private static final String ATTRIBUTE = RoutedPull.class.getName();

    /** The pull of an exchange; none when the request is not one of the protocol. */
    static Optional<RoutedPull> of(ServerWebExchange exchange) {
        return Optional.ofNullable((RoutedPull) exchange.getAttributes().get(ATTRIBUTE));
    }

    /** The configured route that answers, with what answers on it. */
    Optional<Routing.Active> active() {
        return Optional.ofNullable(route).flatMap(answering -> routing.route(answering.name()));
    }

    void attachTo(ServerWebExchange exchange) {
        exchange.getAttributes().put(ATTRIBUTE, this);
    }

    RoutedPull with(RepositoryName upstreamName) {
        return new RoutedPull(request, routing, route, upstreamName, upstream);
    }

    RoutedPull with(Upstream selected) {
        return new RoutedPull(request, routing, route, repository, selected);
    }
}
