package io.sluice.gateway.upstream;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.sluice.gateway.metrics.UpstreamMetrics;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * The guards of the hosts that a route leads to, each host its own: what a CDN does not answer is not held against the
 * registry. Hosts that nobody asks are forgotten.
 */
final class Guards {

    private static final int MAX = 1_000;

    /** Longer than every wait that a guard knows. */
    private static final Duration FORGOTTEN_AFTER = RetryAfter.LONGEST.plusMinutes(10);

    private final String route;
    private final Ticker ticker;
    private final Cache<Origin, Guard> guards;

    Guards(String route, Ticker ticker, UpstreamMetrics metrics) {
        this.route = route;
        this.ticker = ticker;
        this.guards = Caffeine.newBuilder()
                .maximumSize(MAX)
                .expireAfterAccess(FORGOTTEN_AFTER)
                .ticker(ticker)
                .executor(Runnable::run)
                .build();
        for (State state : List.of(State.CLOSED, State.OPEN, State.HALF_OPEN)) {
            metrics.breakers(route, state.name().toLowerCase(Locale.ROOT), () -> count(state));
        }
    }

    /** The guard of a URL's host. */
    Guard of(URI url) {
        return guards.get(Origin.of(url), origin -> new Guard(route, origin, ticker));
    }

    private int count(State state) {
        return (int) guards.asMap().values().stream()
                .filter(guard -> guard.state() == state)
                .count();
    }
}
