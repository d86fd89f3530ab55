package io.sluice.gateway.pull;

import java.time.Duration;
import java.time.Instant;

/**
 * How long what was said of a tag is believed.
 *
 * @param freshFor how long without asking the upstream again
 * @param staleFor how long, since the upstream last confirmed it, when the upstream cannot be asked
 */
public record TagFreshness(Duration freshFor, Duration staleFor) {

    /** What clocks that are set right may differ by. */
    private static final Duration SKEW = Duration.ofSeconds(5);

    /** A moment that is yet to come says nothing: the clock was set back (K20). */
    boolean isFresh(Instant confirmedAt, Instant now) {
        boolean isYetToCome = confirmedAt.isAfter(now.plus(SKEW));
        return !isYetToCome && now.isBefore(confirmedAt.plus(freshFor));
    }

    boolean mayBeStale(Instant confirmedAt, Instant now) {
        return !now.isAfter(confirmedAt.plus(staleFor));
    }
}
