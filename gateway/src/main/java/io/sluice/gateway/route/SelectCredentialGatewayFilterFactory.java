package io.sluice.gateway.route;

import io.sluice.gateway.pull.Upstream;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.factory.AbstractGatewayFilterFactory;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * The filter {@code SelectCredential=<route>}: pulls come from the upstream of the configured route of that name, with
 * its credentials, connections and tokens. Without this filter a route pulls from its own {@code uri}, anonymously.
 */
final class SelectCredentialGatewayFilterFactory
        extends AbstractGatewayFilterFactory<SelectCredentialGatewayFilterFactory.Config> {

    private final Set<String> configured;

    /** @param configured the names of the routes that there are at the start */
    SelectCredentialGatewayFilterFactory(Set<String> configured) {
        super(Config.class);
        this.configured = Set.copyOf(configured);
    }

    @Override
    public List<String> shortcutFieldOrder() {
        return List.of("route");
    }

    /** @throws IllegalArgumentException when no route of that name is configured */
    @Override
    public GatewayFilter apply(Config config) {
        String route = Objects.requireNonNull(config.route, "SelectCredential needs the name of a route");
        if (!configured.contains(route)) {
            throw new IllegalArgumentException("no route '" + route + "' is configured, only " + configured);
        }
        return selecting(route);
    }

    /** The filter for a configured route. */
    GatewayFilter forRoute(RouteSettings route) {
        return selecting(route.name());
    }

    private static GatewayFilter selecting(String route) {
        return (exchange, chain) -> select(exchange, chain, route);
    }

    private static Mono<Void> select(ServerWebExchange exchange, GatewayFilterChain chain, String route) {
        Optional<RoutedPull> pull = RoutedPull.of(exchange);
        Optional<Upstream> upstream =
                pull.flatMap(routed -> routed.routing().route(route)).map(Routing.Active::upstream);
        if (pull.isPresent() && upstream.isEmpty()) {
            return Mono.error(new ResponseStatusException(HttpStatus.NOT_FOUND, "the route is not there any more"));
        }
        upstream.ifPresent(selected -> pull.orElseThrow().with(selected).attachTo(exchange));
        return chain.filter(exchange);
    }

    /** The argument. */
    static final class Config {

        private @Nullable String route;

        public @Nullable String getRoute() {
            return route;
        }

        public void setRoute(String route) {
            this.route = route;
        }
    }
}
