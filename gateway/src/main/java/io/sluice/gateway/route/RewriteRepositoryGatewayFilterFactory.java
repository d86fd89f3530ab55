package io.sluice.gateway.route;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.factory.AbstractGatewayFilterFactory;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * The filter {@code RewriteRepository=<path>,<default namespace>}: decides what a repository is called at the upstream.
 * Both arguments may be left out.
 */
final class RewriteRepositoryGatewayFilterFactory
        extends AbstractGatewayFilterFactory<RewriteRepositoryGatewayFilterFactory.Config> {

    RewriteRepositoryGatewayFilterFactory() {
        super(Config.class);
    }

    @Override
    public List<String> shortcutFieldOrder() {
        return List.of("path", "defaultNamespace");
    }

    @Override
    public GatewayFilter apply(Config config) {
        return rewriting(
                new RepositoryRewrite(config.path == null ? List.of() : List.of(config.path), config.defaultNamespace));
    }

    /** The filter for the paths and the default namespace of a configured route. */
    GatewayFilter forRoute(RouteSettings route) {
        return rewriting(route.rewrite());
    }

    private static GatewayFilter rewriting(RepositoryRewrite rewrite) {
        return (exchange, chain) -> rewrite(exchange, chain, rewrite);
    }

    private static Mono<Void> rewrite(ServerWebExchange exchange, GatewayFilterChain chain, RepositoryRewrite rewrite) {
        RoutedPull.of(exchange)
                .map(pull -> pull.with(rewrite.apply(pull.request().repository())))
                .ifPresent(pull -> pull.attachTo(exchange));
        return chain.filter(exchange);
    }

    /** The arguments. */
    static final class Config {

        private @Nullable String path;
        private @Nullable String defaultNamespace;

        public @Nullable String getPath() {
            return path;
        }

        public void setPath(String path) {
            this.path = path;
        }

        public @Nullable String getDefaultNamespace() {
            return defaultNamespace;
        }

        public void setDefaultNamespace(String defaultNamespace) {
            this.defaultNamespace = defaultNamespace;
        }
    }
}
