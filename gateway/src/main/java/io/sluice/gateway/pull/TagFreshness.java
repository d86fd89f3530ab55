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

    boolean isFresh(Instant confirmedAt, Instant now) {
        return now.isBefore(confirmedAt.plus(freshFor));
    }

    boolean mayBeStale(Instant confirmedAt, Instant now) {
        return !now.isAfter(confirmedAt.plus(staleFor));
    }
}
