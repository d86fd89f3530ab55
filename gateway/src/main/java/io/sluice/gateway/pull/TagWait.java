package io.sluice.gateway.pull;

import io.sluice.cache.manifest.TagPointer;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The wait for where a tag points now. It is over with any pointer that was confirmed since it began, whoever confirmed it.
 *
 * <p>That is told from what was known at the beginning, and not from the time alone: two replicas take their clocks for the
 * same while they differ by less than a second, so the time only sorts out what had left Redis and comes back (K20, K07).
 *
 * @param began when it began
 * @param before when the tag had last been confirmed then, or null if nothing was known of it
 */
record TagWait(Instant began, @Nullable Instant before) {

    /** By how much two clocks may differ that both agree with that of Redis. */
    private static final Duration AGREEMENT = Duration.ofSeconds(2);

    /** A wait that begins with what is known of the tag, or null. */
    static TagWait from(Instant now, @Nullable TagPointer known) {
        return new TagWait(now, known == null ? null : known.confirmedAt());
    }

    /** Whether a pointer was confirmed since. */
    boolean isOverWith(TagPointer pointer) {
        Instant confirmed = pointer.confirmedAt();
        return !confirmed.equals(before) && !confirmed.isBefore(began.minus(AGREEMENT));
    }
}
