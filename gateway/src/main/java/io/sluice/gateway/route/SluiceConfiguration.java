package io.sluice.gateway.route;

import java.util.List;

/**
 * Everything under {@code sluice.} in the configuration, checked.
 *
 * @param cache where the embedded cache keeps what it holds, and how much of it
 * @param routes the routes, at least one; no two share a name, a path or a namespace, and at most one is the root
 */
public record SluiceConfiguration(CacheSettings cache, List<RouteSettings> routes) {

    public SluiceConfiguration {
        routes = List.copyOf(routes);
    }
}
