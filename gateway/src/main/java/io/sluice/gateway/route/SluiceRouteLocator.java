package io.sluice.gateway.route;

import java.util.List;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.OrderedGatewayFilter;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.core.Ordered;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The one route of Spring Cloud Gateway behind which all configured ones answer, each with its own filters. It comes behind
 * all other routes, so that a route that someone wrote by hand is never bypassed; and the filters answer whatever the
 * protocol can ask, so that nothing is ever forwarded as the client sent it.
 *
 * <p>Spring Cloud Gateway keeps a list of routes, and would have a new one some time after the {@link Routing} has changed.
 * This one never changes: which route answers, and how, is what the request took along at the gate.
 */
final class SluiceRouteLocator implements RouteLocator {

    private static final int BEHIND_ALL_OTHERS = Ordered.LOWEST_PRECEDENCE;

    /** What Spring Cloud Gateway forwards nothing to. */
    private static final String NOWHERE = "no://op";

    private final Route route = Route.async()
            .id("sluice")
            .uri(NOWHERE)
            .order(BEHIND_ALL_OTHERS)
            .predicate(exchange -> !filters(exchange).isEmpty())
            .filters(List.of(new OrderedGatewayFilter(SluiceRouteLocator::answer, 1)))
            .build();

    /** The filters of the configured route that answers; none where none does. */
    private static List<GatewayFilter> filters(ServerWebExchange exchange) {
        return RoutedPull.of(exchange)
                .flatMap(RoutedPull::active)
                .map(Routing.Active::filters)
                .orElse(List.of());
    }

    private static Mono<Void> answer(ServerWebExchange exchange, GatewayFilterChain rest) {
        return answer(exchange, filters(exchange), rest);
    }

    private static Mono<Void> answer(ServerWebExchange exchange, List<GatewayFilter> filters, GatewayFilterChain rest) {
        return filters.isEmpty()
                ? rest.filter(exchange)
                : filters.getFirst().filter(exchange, same -> answer(same, filters.subList(1, filters.size()), rest));
    }

    /** Whether a route is this one, whatever another is called. */
    @SuppressWarnings(
            "ReferenceEquality") // another route may be equal to it: equal are those of one id, address and order
    boolean isOurs(Route other) {
        return other == route;
    }

    @Override
    public Flux<Route> getRoutes() {
        return Flux.just(route);
    }
}
