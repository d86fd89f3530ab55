package io.sluice.gateway.route;

import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.OrderedGatewayFilter;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.core.Ordered;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;

/**
 * Makes a route of Spring Cloud Gateway of every configured one. They come behind all other routes, so that a route that
 * someone wrote by hand is never bypassed; and their filters answer whatever the protocol can ask, so that nothing is
 * ever forwarded as the client sent it.
 */
final class SluiceRouteLocator implements RouteLocator {

    private static final int BEHIND_ALL_OTHERS = Ordered.LOWEST_PRECEDENCE;

    private final List<Route> routes;

    /**
     * @param settings the configured routes
     * @param filters makes the filters of one route, in their order; the last of them must answer
     */
    SluiceRouteLocator(Collection<RouteSettings> settings, Function<RouteSettings, List<GatewayFilter>> filters) {
        this.routes = settings.stream()
                .map(route -> route(route, filters.apply(route)))
                .toList();
    }

    private static Route route(RouteSettings settings, List<GatewayFilter> filters) {
        return Route.async()
                .id(settings.name())
                .uri(settings.upstream())
                .order(BEHIND_ALL_OTHERS)
                .predicate(exchange -> answers(settings, exchange))
                .filters(inOrder(filters))
                .build();
    }

    private static boolean answers(RouteSettings settings, ServerWebExchange exchange) {
        return RoutedPull.of(exchange)
                .map(RoutedPull::route)
                .filter(settings::equals)
                .isPresent();
    }

    private static List<GatewayFilter> inOrder(List<GatewayFilter> filters) {
        return IntStream.range(0, filters.size())
                .<GatewayFilter>mapToObj(i -> new OrderedGatewayFilter(filters.get(i), i + 1))
                .toList();
    }

    @Override
    public Flux<Route> getRoutes() {
        return Flux.fromIterable(routes);
    }
}
