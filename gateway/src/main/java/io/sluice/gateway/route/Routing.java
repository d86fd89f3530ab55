package io.sluice.gateway.route;

import io.sluice.gateway.pull.PullTarget;
import io.sluice.gateway.pull.Upstream;
import io.sluice.gateway.upstream.OpenRegistry;
import io.sluice.gateway.upstream.RegistrySettings;
import io.sluice.oci.RequestedRepository;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.cloud.gateway.filter.GatewayFilter;

/**
 * The routes of one configuration, with everything that answers on them. It never changes: a request takes the one that
 * holds when it comes, and keeps it to its end, so that no pull is half of the old and half of the new (G05).
 */
final class Routing {

    private final RouteTable table;
    private final Map<String, Active> byName;

    Routing(Collection<Active> routes) {
        this.table = new RouteTable(routes.stream().map(Active::settings).toList());
        this.byName = routes.stream()
                .collect(
                        Collectors.toUnmodifiableMap(active -> active.settings().name(), Function.identity()));
    }

    /**
     * A route that answers.
     *
     * @param settings the route
     * @param reached how its registry is reached
     * @param registry its registry
     * @param upstream where its content comes from
     * @param rewrite what its repositories are called there
     * @param filters what answers, in this order
     */
    record Active(
            RouteSettings settings,
            RegistrySettings reached,
            OpenRegistry registry,
            Upstream upstream,
            RepositoryRewrite rewrite,
            List<GatewayFilter> filters) {

        Active {
            filters = List.copyOf(filters);
        }

        /**
         * What is pulled from.
         *
         * @throws io.sluice.oci.MalformedRequestException with {@code NAME_INVALID} when the name is too long at the upstream
         */
        PullTarget target(RequestedRepository requested) {
            return new PullTarget(upstream, rewrite.apply(requested));
        }
    }

    /** The route for a repository, or empty. */
    Optional<RouteSettings> find(RequestedRepository requested) {
        return table.find(requested);
    }

    /** What answers for a repository, or empty. */
    Optional<Active> answering(RequestedRepository requested) {
        return find(requested).flatMap(route -> route(route.name()));
    }

    /** A route by its name, or empty. */
    Optional<Active> route(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    Collection<Active> routes() {
        return byName.values();
    }
}
