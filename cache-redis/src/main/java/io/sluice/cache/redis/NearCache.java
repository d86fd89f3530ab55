package io.sluice.cache.redis;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import io.sluice.cache.Stamps;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What Redis has said a moment ago, in memory. It is believed until Redis tells of a change, and no longer than a limit.
 *
 * @param <K> what is asked for
 * @param <V> what Redis has said
 */
final class NearCache<K, V> {

    private final Cache<K, Near<V>> memory;
    private final Function<K, String> redisKey;
    private final Stamps stamps;
    private final Tracking tracking;

    /**
     * Creates it empty.
     *
     * @param maximum how many entries it has room for
     * @param limit how long an entry is believed
     * @param redisKey the key in Redis that holds it
     */
    NearCache(
            long maximum, Function<K, Duration> limit, Function<K, String> redisKey, Stamps stamps, Tracking tracking) {
        this.memory = Caffeine.newBuilder()
                .maximumSize(maximum)
                .executor(Runnable::run)
                .expireAfter(Expiry.<K, Near<V>>writing((key, near) -> limit.apply(key)))
                .build();
        this.redisKey = redisKey;
        this.stamps = stamps;
        this.tracking = tracking;
    }

    private record Near<V>(V value, long stamp) {}

    /** Whether anything is believed now. */
    boolean isBelieved() {
        return tracking.isOn();
    }

    /** What is believed, or null. */
    @Nullable
    V get(K key) {
        Near<V> near = memory.getIfPresent(key);
        return near != null && near.stamp() == stamp(key) && isBelieved() ? near.value() : null;
    }

    /** The stamp to take before Redis is asked. */
    long stamp(K key) {
        return stamps.of(redisKey.apply(key));
    }

    /** Remembers what Redis said, to a question that was asked after the stamp was taken. */
    void put(K key, V value, long stamp) {
        memory.put(key, new Near<>(value, stamp));
    }

    /** Redis has been written. */
    void changed(K key) {
        stamps.changed(redisKey.apply(key));
    }
}
