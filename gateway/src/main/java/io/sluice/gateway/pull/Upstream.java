package io.sluice.gateway.pull;

import io.sluice.gateway.policy.PullPolicy;
import io.sluice.gateway.upstream.Registry;
import io.sluice.oci.RepositoryName;
import io.sluice.oci.Tag;
import java.time.Duration;
import java.util.OptionalDouble;

/**
 * Where the content of a route comes from.
 *
 * @param route the route's name, for meters and logs
 * @param scope what is kept of it goes by: another one as soon as the same name means another registry, or another account
 *     there; part of every key, so that upstreams never mix (T36)
 * @param registry the upstream
 * @param credentialed whether the gateway authenticates there, so that what it sees is not what everyone may see
 * @param tags how long tags are believed, and what may stand in for them
 * @param policy what may be pulled
 * @param listsFreshFor how long a list is served without asking the upstream again
 */
public record Upstream(
        String route,
        String scope,
        Registry registry,
        boolean credentialed,
        TagPolicy tags,
        PullPolicy policy,
        Duration listsFreshFor) {

    /** How long where nothing else is said. */
    public static final Duration LISTS_FRESH_FOR = Duration.ofSeconds(30);

    /** One whose name says it all, and of which everything may be pulled. */
    public Upstream(String route, Registry registry, boolean credentialed, TagPolicy tags) {
        this(route, route, registry, credentialed, tags, PullPolicy.EVERYTHING, LISTS_FRESH_FOR);
    }

    /** An upstream all of whose tags are believed equally long. */
    public Upstream(String route, Registry registry, boolean credentialed, TagFreshness freshness) {
        this(route, registry, credentialed, TagPolicy.of(freshness));
    }

    /** Of the names alone: it is a key of flights, and its rules may be many. */
    @Override
    public int hashCode() {
        return 31 * route.hashCode() + scope.hashCode();
    }

    /** How long what was said of the route's content is believed. */
    TagFreshness freshness() {
        return tags.freshness();
    }

    /** How long a tag is believed. */
    TagFreshness freshness(RepositoryName repository, Tag tag) {
        return tags.freshness(repository, tag);
    }

    /** How long a tag is believed whose bytes are held: longer while the registry's budget runs low. */
    TagFreshness freshnessOfHeld(RepositoryName repository, Tag tag) {
        TagFreshness freshness = tags.freshness(repository, tag);
        OptionalDouble left = tags.stretched() ? registry.budgetLeft() : OptionalDouble.empty();
        return left.isPresent() ? freshness.stretched(left.getAsDouble()) : freshness;
    }
}
