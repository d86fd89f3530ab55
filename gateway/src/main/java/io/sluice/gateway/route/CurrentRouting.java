package io.sluice.gateway.route;

import io.sluice.gateway.pull.Upstream;
import io.sluice.gateway.pull.UpstreamDirectory;
import io.sluice.gateway.route.Routing.Active;
import io.sluice.gateway.upstream.OpenRegistry;
import io.sluice.gateway.upstream.RegistryFactory;
import io.sluice.gateway.upstream.RegistrySettings;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.cloud.gateway.filter.GatewayFilter;

/**
 * The routing that holds now, and the way to the next one. Routes come from the configuration alone: nothing that a client
 * sends and no endpoint reaches this (T22).
 */
final class CurrentRouting implements UpstreamDirectory {

    private final RegistryFactory registries;
    private final Function<RouteSettings, List<GatewayFilter>> filters;
    private volatile Routing routing = new Routing(List.of());

    /**
     * @param registries opens and closes registries
     * @param filters makes the filters of one route, in their order; the last of them must answer
     */
    CurrentRouting(RegistryFactory registries, Function<RouteSettings, List<GatewayFilter>> filters) {
        this.registries = registries;
        this.filters = filters;
    }

    /** What holds now. */
    Routing get() {
        return routing;
    }

    @Override
    public Optional<Upstream> upstream(String route) {
        return routing.route(route).map(Active::upstream);
    }

    /**
     * From now on these routes answer, all of them or, if that fails, none. A registry that is reached as before stays, with
     * its connections, tokens and limits; one that no route leads to any more serves who has it, and is closed then.
     */
    synchronized void switchTo(Collection<RouteSettings> routes) {
        Routing before = routing;
        List<Active> next = new ArrayList<>();
        try {
            routes.forEach(route -> next.add(active(route, before)));
            routing = new Routing(next);
        } catch (RuntimeException e) {
            retireAllBut(registriesOf(before.routes()), next);
            throw e;
        }
        retireAllBut(registriesOf(next), before.routes());
    }

    private Active active(RouteSettings route, Routing before) {
        RegistrySettings reached = route.registry();
        OpenRegistry registry = before.route(route.name())
                .filter(active -> active.reached().equals(reached))
                .map(Active::registry)
                .orElseGet(() -> registries.open(reached));
        return new Active(route, reached, registry, route.upstreamOf(registry), route.rewrite(), filters.apply(route));
    }

    private static Set<OpenRegistry> registriesOf(Collection<Active> routes) {
        return routes.stream().map(Active::registry).collect(Collectors.toSet());
    }

    private void retireAllBut(Set<OpenRegistry> used, Collection<Active> routes) {
        routes.stream()
                .map(Active::registry)
                .filter(registry -> !used.contains(registry))
                .forEach(registries::retire);
    }
}
