package io.sluice.gateway.route;

import io.sluice.cache.RepositoryKey;
import io.sluice.cache.redis.RedisCacheSettings;
import io.sluice.cache.redis.RedisUrl;
import io.sluice.gateway.cluster.ClusterSettings;
import io.sluice.gateway.pull.Pins;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Everything under {@code sluice.} in the configuration, checked.
 *
 * @param cache where the embedded cache keeps what it holds, and how much of it
 * @param routes the routes, at least one; no two share a name, a path or a namespace, and at most one is the root
 * @param redis the Redis that replicas share, or null for the embedded cache alone
 * @param cluster how the replicas reach one another
 * @param reload how a change of the configuration is noticed
 * @param admin who may act on the management port
 */
public record SluiceConfiguration(
        CacheSettings cache,
        List<RouteSettings> routes,
        @Nullable RedisUrl redis,
        ClusterSettings cluster,
        ReloadSettings reload,
        AdminSettings admin) {

    public SluiceConfiguration {
        routes = List.copyOf(routes);
    }

    /** What never leaves the cache: repositories by what is kept of their route. */
    public Pins pins() {
        Map<String, String> scopes =
                routes.stream().collect(Collectors.toMap(RouteSettings::name, RouteSettings::scope));
        Set<RepositoryKey> repositories = cache.pins().repositories().stream()
                .map(pinned -> new RepositoryKey(scopes.getOrDefault(pinned.route(), pinned.route()), pinned.name()))
                .collect(Collectors.toSet());
        return new Pins(cache.pins().digests(), repositories);
    }

    /** The cache in Redis, for these routes; empty for the embedded cache alone. */
    public Optional<RedisCacheSettings> redisCache(Clock clock) {
        return Optional.ofNullable(redis)
                .map(url -> RedisCacheSettings.of(
                        url,
                        routes.stream()
                                .flatMap(route ->
                                        route.namesOfWhatIsShared().map(name -> Map.entry(name, route.inRedis())))
                                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)),
                        clock));
    }
}
