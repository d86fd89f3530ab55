package io.sluice.gateway.route;

import io.sluice.oci.RepositoryName;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.factory.AbstractGatewayFilterFactory;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * The filter {@code RewriteRepository=<path>,<default namespace>}: decides what a repository is called at the upstream.
 * Both arguments may be left out; the second one alone is given by its name, {@code defaultNamespace}.
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

    /** @throws IllegalArgumentException when the path is none */
    @Override
    public GatewayFilter apply(Config config) {
        return rewriting(new RepositoryRewrite(paths(config.path), config.defaultNamespace));
    }

    private static List<String> paths(@Nullable String path) {
        if (path == null || path.isEmpty()) {
            return List.of();
        }
        if (path.charAt(0) != '/' || !RepositoryName.isValid(path.substring(1))) {
            throw new IllegalArgumentException("RewriteRepository takes a path such as /docker.io, not '" + path + "'");
        }
        return List.of(path);
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
