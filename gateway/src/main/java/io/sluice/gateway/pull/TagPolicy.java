package io.sluice.gateway.pull;

import io.sluice.gateway.error.PullException;
import io.sluice.gateway.error.UpstreamOfflineException;
import io.sluice.oci.RepositoryName;
import io.sluice.oci.Tag;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * How long the tags of a route are believed, and what may stand in for an answer about them.
 *
 * @param freshness where no rule says otherwise
 * @param rules the first one that a tag matches holds for it
 * @param staleOn the failures that an older answer may stand in for
 * @param answerWithin how long a pull of a tag of which something older can be served waits for the upstream
 * @param stretched whether tags whose bytes are held are believed longer while the upstream's budget runs low
 */
public record TagPolicy(
        TagFreshness freshness,
        List<TagRule> rules,
        Set<StaleReason> staleOn,
        Duration answerWithin,
        boolean stretched) {

    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(5);

    /** What holds where the configuration says nothing. */
    public static final TagPolicy DEFAULT = of(new TagFreshness(Duration.ofSeconds(60), Duration.ofHours(24)));

    public TagPolicy {
        rules = List.copyOf(rules);
        staleOn = Set.copyOf(staleOn);
    }

    /** One freshness for all tags. */
    public static TagPolicy of(TagFreshness freshness) {
        return new TagPolicy(freshness, List.of(), StaleReason.DEFAULT, ANSWER_WITHIN, true);
    }

    TagFreshness freshness(RepositoryName repository, Tag tag) {
        for (TagRule rule : rules) {
            if (rule.tags().matches(repository, tag)) {
                return rule.freshness();
            }
        }
        return freshness;
    }

    /** No longer than other tags: what is not held, or was dropped, does not become immutable. */
    TagFreshness freshnessOfUnheld(RepositoryName repository, Tag tag) {
        TagFreshness ofTag = freshness(repository, tag);
        return ofTag.freshFor().compareTo(freshness.freshFor()) < 0 ? ofTag : freshness;
    }

    /** Whether an older answer may be given instead of a failure. */
    boolean mayStandIn(PullException failure) {
        StaleReason reason = StaleReason.of(failure);
        return reason == null ? failure instanceof UpstreamOfflineException : staleOn.contains(reason);
    }

    /** Whether something older may be served where the upstream is slow to answer. */
    boolean mayStandInForSlowness() {
        return staleOn.contains(StaleReason.TIMEOUT);
    }

    /** Whether a tag that the upstream does not have any more is kept. */
    boolean outlivesNotFound() {
        return staleOn.contains(StaleReason.NOT_FOUND);
    }
}
