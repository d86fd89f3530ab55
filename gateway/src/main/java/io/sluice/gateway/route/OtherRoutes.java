package io.sluice.gateway.route;

import org.springframework.cloud.gateway.event.RefreshRoutesResultEvent;
import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.context.ApplicationListener;

/**
 * Whether Spring Cloud Gateway has routes beside ours. They come before ours, and what they take is theirs to answer, with
 * the filters that someone put on them.
 */
final class OtherRoutes implements ApplicationListener<RefreshRoutesResultEvent> {

    private final RouteLocator routes;
    private final SluiceRouteLocator ours;
    private volatile boolean mayAnswer = true;

    /** @param routes all routes, ours among them */
    OtherRoutes(RouteLocator routes, SluiceRouteLocator ours) {
        this.routes = routes;
        this.ours = ours;
    }

    /** Whether one of them may answer; as long as nobody knows, one may. */
    boolean mayAnswer() {
        return mayAnswer;
    }

    @Override
    public void onApplicationEvent(RefreshRoutesResultEvent refreshed) {
        routes.getRoutes()
                .any(route -> !ours.isOurs(route))
                .subscribe(others -> mayAnswer = others, failure -> mayAnswer = true);
    }
}
