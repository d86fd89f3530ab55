package io.sluice.gateway.route;

import io.sluice.gateway.pull.PullTarget;
import io.sluice.gateway.pull.TagPolicy;
import io.sluice.gateway.pull.Upstream;
import io.sluice.gateway.upstream.NotFoundSettings;
import io.sluice.gateway.upstream.OfflineRegistry;
import io.sluice.gateway.upstream.Registry;
import io.sluice.gateway.upstream.RegistrySettings;
import io.sluice.gateway.upstream.RememberedNotFound;
import java.net.URI;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.web.server.ServerWebExchange;

/**
 * The upstreams: one for each configured route, and one, anonymous, for each route of Spring Cloud Gateway that uses our
 * filters without selecting a credential.
 */
final class Upstreams {

    private final Function<RegistrySettings, Registry> registries;
    private final Map<String, Upstream> byRoute;
    private final Map<String, Upstream> byUri = new ConcurrentHashMap<>();

    /** @param registries opens a registry */
    Upstreams(Collection<RouteSettings> routes, Function<RegistrySettings, Registry> registries) {
        this.registries = registries;
        this.byRoute = routes.stream().collect(Collectors.toUnmodifiableMap(RouteSettings::name, this::open));
    }

    /** @throws IllegalArgumentException when no route of that name is configured */
    Upstream named(String route) {
        Upstream upstream = byRoute.get(route);
        if (upstream == null) {
            throw new IllegalArgumentException("no route '" + route + "' is configured, only " + byRoute.keySet());
        }
        return upstream;
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

    private Upstream open(RouteSettings route) {
        return new Upstream(
                route.name(),
                registry(route),
                !route.credentials().isEmpty(),
                route.tags(),
                route.policy(),
                route.listsFreshFor());
    }

    private Registry registry(RouteSettings route) {
        if (route.offline()) {
            return new OfflineRegistry(route.name());
        }
        RegistrySettings settings = new RegistrySettings(
                route.name(), route.upstream(), route.credentials(), route.redirectHosts(), route.timeouts());
        return new RememberedNotFound(registries.apply(settings), route.notFound());
    }

    private Upstream openAnonymous(String id, URI uri) {
        if (uri.getHost() == null) {
            throw new IllegalStateException("the route '" + id + "' pulls from nowhere: its uri " + uri
                    + " names no host, and SelectCredential is not among its filters");
        }
        String name = "uri:" + id;
        RegistrySettings settings =
                new RegistrySettings(name, uri, List.of(), Set.of(), RegistrySettings.Timeouts.DEFAULT);
        Registry registry = new RememberedNotFound(registries.apply(settings), NotFoundSettings.DEFAULT);
        return new Upstream(name, registry, false, TagPolicy.DEFAULT);
    }
}
