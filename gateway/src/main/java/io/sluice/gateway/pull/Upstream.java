package io.sluice.gateway.pull;

import io.sluice.gateway.policy.PullPolicy;
import io.sluice.gateway.upstream.Registry;
import java.time.Duration;

/**
 * Where the content of a route comes from.
 *
 * @param route the route's name; part of every key, so that upstreams never mix (T36)
 * @param registry the upstream
 * @param credentialed whether the gateway authenticates there, so that what it sees is not what everyone may see
 * @param freshness how long tags are believed
 * @param policy what may be pulled
 * @param listsFreshFor how long a list is served without asking the upstream again
 */
public record Upstream(
        String route,
        Registry registry,
        boolean credentialed,
        TagFreshness freshness,
        PullPolicy policy,
        Duration listsFreshFor) {

    /** How long where nothing else is said. */
    public static final Duration LISTS_FRESH_FOR = Duration.ofSeconds(30);

    /** One of which everything may be pulled. */
    public Upstream(String route, Registry registry, boolean credentialed, TagFreshness freshness) {
        this(route, registry, credentialed, freshness, PullPolicy.EVERYTHING, LISTS_FRESH_FOR);
    }
}
