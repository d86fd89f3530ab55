package io.sluice.gateway.route;

import io.sluice.gateway.pull.PullTarget;
import io.sluice.gateway.pull.TagPolicy;
import io.sluice.gateway.pull.Upstream;
import io.sluice.gateway.upstream.NotFoundSettings;
import io.sluice.gateway.upstream.Registry;
import io.sluice.gateway.upstream.RegistrySettings;
import io.sluice.gateway.upstream.TransportSettings;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.web.server.ServerWebExchange;

/**
 * Where pulls come from: the upstream that the filters selected, and one, anonymous, for each route of Spring Cloud Gateway
 * that uses our filters without selecting a credential.
 */
final class Upstreams {

    private final Function<RegistrySettings, ? extends Registry> registries;
    private final Map<String, Upstream> byUri = new ConcurrentHashMap<>();

    /** @param registries opens a registry */
    Upstreams(Function<RegistrySettings, ? extends Registry> registries) {
        this.registries = registries;
    }

    /** The repository that an exchange pulls from, where earlier filters did not decide, in the client's own words. */
    PullTarget target(ServerWebExchange exchange, RoutedPull pull) {
        Upstream upstream = pull.upstream() == null ? ofUri(exchange) : pull.upstream();
        return new PullTarget(
                upstream,
                pull.repository() == null ? pull.request().repository().name() : pull.repository());
    }

    private Upstream ofUri(ServerWebExchange exchange) {
        Route route = Objects.requireNonNull(exchange.getAttribute(ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR));
        return byUri.computeIfAbsent(route.getId(), id -> openAnonymous(id, route.getUri()));
    }

    private Upstream openAnonymous(String id, URI uri) {
        if (uri.getHost() == null) {
            throw new IllegalStateException("the route '" + id + "' pulls from nowhere: its uri " + uri
                    + " names no host, and SelectCredential is not among its filters");
        }
        String name = "uri:" + id;
        RegistrySettings settings = new RegistrySettings(
                name,
                uri,
                List.of(),
                Set.of(),
                RegistrySettings.Timeouts.DEFAULT,
                NotFoundSettings.DEFAULT,
                false,
                TransportSettings.PLAIN);
        return new Upstream(name, registries.apply(settings), false, TagPolicy.DEFAULT);
    }
}
