package io.sluice.gateway.pull;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.sluice.cache.TagKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * The tags whose check failed a moment ago. While an older answer can be given they are not checked again at once, so that
 * an upstream that fails quickly is not asked once for every pull.
 */
final class FailedChecks {

    /** How long a check is put off after it failed. */
    static final Duration PUT_OFF = Duration.ofSeconds(5);

    private static final int MAX_TAGS = 10_000;

    private final Cache<TagKey, Instant> failures =
            Caffeine.newBuilder().maximumSize(MAX_TAGS).build();
    private final Clock clock;

    FailedChecks(Clock clock) {
        this.clock = clock;
    }

    void failed(TagKey key) {
        failures.put(key, clock.instant());
    }

    void succeeded(TagKey key) {
        failures.invalidate(key);
    }

    /** Whether a check failed so short a time ago that the next one is put off. */
    boolean isRecent(TagKey key) {
        Instant failed = failures.getIfPresent(key);
        if (failed == null) {
            return false;
        }
        Duration since = Duration.between(failed, clock.instant());
        return !since.isNegative() && since.compareTo(PUT_OFF) < 0;
    }
}
