package io.sluice.gateway.pull;

import java.time.Duration;
import java.time.Instant;

/**
 * How long what was said of a tag is believed.
 *
 * @param freshFor how long without asking the upstream again
 * @param staleFor how long, since the upstream last confirmed it, when the upstream cannot be asked
 * @param staleWhileRevalidate how long after {@code freshFor} it is served while the upstream is being asked; zero waits
 *     for the answer (RFC 5861, section 3)
 */
public record TagFreshness(Duration freshFor, Duration staleFor, Duration staleWhileRevalidate) {

    /** What clocks that are set right may differ by. */
    private static final Duration SKEW = Duration.ofSeconds(5);

    /** Longer than anything is kept. */
    private static final Duration FOR_EVER = Duration.ofDays(36_500);

    /** The share of the upstream's budget below which a tag is believed longer. */
    static final double LOW_BUDGET = 0.25;

    /** How much longer at the most. */
    static final double LONGEST_STRETCH = 10;

    /** Freshness after which everyone waits for the upstream's answer. */
    public TagFreshness(Duration freshFor, Duration staleFor) {
        this(freshFor, staleFor, Duration.ZERO);
    }

    /** That of a tag which never moves: what it was seen to point to once is believed for ever. */
    public static TagFreshness immutable() {
        return new TagFreshness(FOR_EVER, FOR_EVER);
    }

    /** A moment that is yet to come says nothing: the clock was set back (K20). */
    boolean isFresh(Instant confirmedAt, Instant now) {
        return !isYetToCome(confirmedAt, now) && now.isBefore(confirmedAt.plus(freshFor));
    }

    boolean mayBeStale(Instant confirmedAt, Instant now) {
        return !now.isAfter(confirmedAt.plus(staleFor));
    }

    /** Whether it is served while the upstream is being asked. */
    boolean mayBeStaleMeanwhile(Instant confirmedAt, Instant now) {
        return !isYetToCome(confirmedAt, now)
                && mayBeStale(confirmedAt, now)
                && now.isBefore(confirmedAt.plus(freshFor).plus(staleWhileRevalidate));
    }

    /** How long it has not been fresh any more. */
    Duration staleness(Instant confirmedAt, Instant now) {
        Duration staleness = Duration.between(confirmedAt.plus(freshFor), now);
        return staleness.isNegative() ? Duration.ZERO : staleness;
    }

    private static boolean isYetToCome(Instant confirmedAt, Instant now) {
        return confirmedAt.isAfter(now.plus(SKEW));
    }

    /**
     * The freshness while the upstream's budget runs low: below a quarter of it {@code freshFor} grows as what is left
     * shrinks, to ten times as long at the most, and not beyond {@code staleFor}.
     *
     * @param left the share that is left, 0 to 1
     */
    TagFreshness stretched(double left) {
        if (left >= LOW_BUDGET) {
            return this;
        }
        double factor = left * LONGEST_STRETCH <= LOW_BUDGET ? LONGEST_STRETCH : LOW_BUDGET / left;
        Duration longer = Duration.ofMillis((long) (freshFor.toMillis() * factor));
        Duration longest = staleFor.compareTo(freshFor) < 0 ? freshFor : staleFor;
        return new TagFreshness(longer.compareTo(longest) > 0 ? longest : longer, staleFor, staleWhileRevalidate);
    }
}
