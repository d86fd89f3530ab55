package io.sluice.cache.redis;

import java.time.Clock;
import java.time.Duration;
import java.util.Map;

/**
 * Where Redis is, and for whom it is.
 *
 * @param url where it is
 * @param routes what is to be known of each route, by its name; a route that is not among them shares under its name alone
 * @param deadline how long any command may take
 * @param keptFor how long what nobody writes again stays in Redis
 * @param clock what tells the time
 */
public record RedisCacheSettings(
        RedisUrl url, Map<String, Route> routes, Duration deadline, Duration keptFor, Clock clock) {

    private static final Route UNKNOWN = new Route("", Duration.ofSeconds(60));

    public RedisCacheSettings {
        routes = Map.copyOf(routes);
        if (!keptFor.isPositive() || !deadline.isPositive()) {
            throw new IllegalArgumentException(
                    "keptFor is " + keptFor + " and deadline " + deadline + ", both must be positive");
        }
    }

    /**
     * A route, as far as it matters here.
     *
     * @param upstream what its upstream is, and as whom it is asked: only gateways for which that is the same share tags and
     *     proofs (T36); it is hashed, not shown
     * @param freshFor how long a tag is believed, which is as long as one is kept in memory without asking Redis
     */
    public record Route(String upstream, Duration freshFor) {

        @Override
        public String toString() {
            return "Route[freshFor=" + freshFor + "]";
        }
    }

    /** For these routes: a command may take 250 ms, what nobody writes again stays for 30 days. */
    public static RedisCacheSettings of(RedisUrl url, Map<String, Route> routes, Clock clock) {
        return new RedisCacheSettings(url, routes, Duration.ofMillis(250), Duration.ofDays(30), clock);
    }

    /** The same with another deadline. */
    public RedisCacheSettings withDeadline(Duration other) {
        return new RedisCacheSettings(url, routes, other, keptFor, clock);
    }

    Route route(String name) {
        return routes.getOrDefault(name, UNKNOWN);
    }
}
