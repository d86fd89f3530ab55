package io.sluice.gateway.route;

import io.sluice.oci.RequestedRepository;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Says which route answers for a repository, from the client's words alone: a closed list, nothing in a request is ever
 * dialled (T06).
 *
 * <ol>
 *   <li>A path in front of {@code /v2} must be the path of a route, and that route answers.
 *   <li>Else the longest path that the name begins with decides; the path alone, with no repository behind it, is
 *       nobody's.
 *   <li>Else {@code ns}, exactly as configured, port included.
 *   <li>Else, without an {@code ns}, the root route.
 * </ol>
 *
 * <p>An {@code ns} that no route lists is nobody's, and so is one that contradicts the path: better no answer than
 * another registry's image of the same name (T36).
 */
final class RouteTable {

    private final Map<String, RouteSettings> byPath = new HashMap<>();
    private final Map<String, RouteSettings> byNamespace = new HashMap<>();
    private final @Nullable RouteSettings root;
    private final int longestPath;

    /**
     * @param routes the routes; no two share a path or a namespace, and at most one is the root
     */
    RouteTable(Collection<RouteSettings> routes) {
        for (RouteSettings route : routes) {
            route.paths().forEach(path -> byPath.put(path, route));
            route.namespaces().forEach(namespace -> byNamespace.put(namespace, route));
        }
        root = routes.stream().filter(RouteSettings::root).findFirst().orElse(null);
        longestPath = byPath.keySet().stream().mapToInt(String::length).max().orElse(0);
    }

    /**
     * Finds the route for a repository.
     *
     * @return empty when no route answers, which a client sees as {@code NAME_UNKNOWN}
     */
    Optional<RouteSettings> find(RequestedRepository requested) {
        String name = requested.name().text();
        String namespace = requested.namespace();
        if (!requested.mount().isEmpty()) {
            return agreed(byPath.get(requested.mount()), namespace);
        }
        String path = "/" + name;
        int prefix = longestPrefix(path);
        if (prefix == path.length()) {
            return Optional.empty();
        }
        if (prefix > 0) {
            return agreed(byPath.get(path.substring(0, prefix)), namespace);
        }
        return Optional.ofNullable(namespace == null ? root : byNamespace.get(namespace));
    }

    /** The length of the longest configured path that consists of the first components of this one, or 0. */
    private int longestPrefix(String path) {
        for (int end = path.length(); end > 0; end = path.lastIndexOf('/', end - 1)) {
            if (end <= longestPath && byPath.containsKey(path.substring(0, end))) {
                return end;
            }
        }
        return 0;
    }

    /** The route that a path named, unless the namespace names another, or none. */
    private static Optional<RouteSettings> agreed(@Nullable RouteSettings route, @Nullable String namespace) {
        if (route == null || (namespace != null && !route.namespaces().contains(namespace))) {
            return Optional.empty();
        }
        return Optional.of(route);
    }
}
