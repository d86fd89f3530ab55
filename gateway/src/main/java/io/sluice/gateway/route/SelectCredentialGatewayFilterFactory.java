package io.sluice.gateway.route;

import io.sluice.gateway.pull.Upstream;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.factory.AbstractGatewayFilterFactory;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * The filter {@code SelectCredential=<route>}: pulls come from the upstream of the configured route of that name, with
 * its credentials, connections and tokens. Without this filter a route pulls from its own {@code uri}, anonymously.
 */
final class SelectCredentialGatewayFilterFactory
        extends AbstractGatewayFilterFactory<SelectCredentialGatewayFilterFactory.Config> {

    private final Upstreams upstreams;

    SelectCredentialGatewayFilterFactory(Upstreams upstreams) {
        super(Config.class);
        this.upstreams = upstreams;
    }

    @Override
    public List<String> shortcutFieldOrder() {
        return List.of("route");
    }

    /** @throws IllegalArgumentException when no route of that name is configured */
    @Override
    public GatewayFilter apply(Config config) {
        return selecting(Objects.requireNonNull(config.route, "SelectCredential needs the name of a route"));
    }

    /** The filter for a configured route. */
    GatewayFilter forRoute(RouteSettings route) {
        return selecting(route.name());
    }

    private GatewayFilter selecting(String route) {
        Upstream upstream = upstreams.named(route);
        return (exchange, chain) -> select(exchange, chain, upstream);
    }

    private static Mono<Void> select(ServerWebExchange exchange, GatewayFilterChain chain, Upstream upstream) {
        RoutedPull.of(exchange).map(pull -> pull.with(upstream)).ifPresent(pull -> pull.attachTo(exchange));
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
