package io.sluice.cache.embedded;

import com.github.benmanes.caffeine.cache.Cache;
import io.sluice.cache.Stamps;
import io.sluice.cache.flight.Flights;
import io.sluice.cache.flight.LocalFlights;
import io.sluice.cache.record.Envelope;
import io.sluice.cache.record.RecordFormat;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * One kind of record: in memory, and behind it on disk.
 *
 * <p>A change goes to memory and into the disk's queue in one step, so both see the changes of a key in one order. A
 * record that was read from disk enters memory only if its key has not changed since the read was queued; a key that is not
 * there, or was removed, stays in memory as such.
 *
 * @param <K> what a record is found by
 * @param <V> what it holds
 */
final class Shelf<K, V> {

    private static final Duration PRUNE_WITHIN = Duration.ofMinutes(30);
    private static final long MILLIS_PER_HOUR = Duration.ofHours(1).toMillis();

    private final RecordFormat<K, V> format;
    private final Cache<K, Held<V>> memory;
    private final Limit limit;
    private final DiskThread disk;
    private final Faults faults;
    private final Clock clock;
    private final Object order = new Object();
    private final Stamps stamps = new Stamps();
    private final Flights<String, Long> pruning = new LocalFlights<>(1, PRUNE_WITHIN);

    /** Weight, counted by the disk's thread alone. */
    private long writtenSincePruning;

    Shelf(
            RecordFormat<K, V> format,
            Cache<K, Held<V>> memory,
            Limit limit,
            DiskThread disk,
            Faults faults,
            Clock clock) {
        this.format = format;
        this.memory = memory;
        this.limit = limit;
        this.disk = disk;
        this.faults = faults;
        this.clock = clock;
    }

    /**
     * What memory knows of a key.
     *
     * @param value its value, or null when there is none
     * @param hour when its use was last noted on disk
     */
    record Held<V>(@Nullable V value, int hour) {}

    /**
     * How much may stay on disk.
     *
     * @param atMost that much
     * @param weight how much a record counts for
     * @param unusedFor how long a record may stay unused
     */
    record Limit(long atMost, ToLongFunction<Use> weight, Duration unusedFor) {}

    /** The value, or empty. */
    Mono<V> find(K key) {
        return Mono.defer(() -> findNow(key));
    }

    private Mono<V> findNow(K key) {
        Held<V> held = remembered(key);
        if (held == null) {
            long stamp = stamps.of(key);
            return disk.read(file -> load(file, key, stamp));
        }
        return Mono.justOrEmpty(held.value());
    }

    /** The value, if memory has it. */
    @Nullable
    V inMemory(K key) {
        Held<V> held = remembered(key);
        return held == null ? null : held.value();
    }

    private @Nullable Held<V> remembered(K key) {
        Held<V> held = memory.getIfPresent(key);
        if (held != null) {
            touchEachHour(key, held);
        }
        return held;
    }

    private @Nullable V load(RecordFile file, K key, long stamp) {
        RecordMaps maps = maps(file);
        byte[] written = format.key(key);
        V value = read(maps, key, written);
        int hour = hour();
        if (value != null) {
            maps.touch(written, hour);
        }
        synchronized (order) {
            if (stamps.of(key) == stamp) {
                memory.put(key, new Held<>(value, hour));
            }
        }
        return value;
    }

    private @Nullable V read(RecordMaps maps, K key, byte[] written) {
        byte[] record = maps.get(written);
        if (record == null) {
            return null;
        }
        try {
            return format.read(key, Envelope.open(written, record));
        } catch (RuntimeException e) {
            faults.report(StoreFault.UNREADABLE_RECORD, format.kind() + " " + key, e);
            maps.remove(written);
            return null;
        }
    }

    private void touchEachHour(K key, Held<V> held) {
        int hour = hour();
        if (held.value() != null
                && held.hour() < hour
                && memory.asMap().replace(key, held, new Held<>(held.value(), hour))) {
            disk.write(file -> touch(file, key, hour), 0);
        }
    }

    private @Nullable Void touch(RecordFile file, K key, int hour) {
        maps(file).touch(format.key(key), hour);
        return null;
    }

    /** Keeps values; completes when {@link #find} sees them, and they are written soon, or cannot be. */
    Mono<Void> note(Map<K, V> values) {
        return Mono.fromRunnable(() -> putNow(Map.copyOf(values)).subscribe());
    }

    /** Keeps values; completes when {@link #find} sees them and they are written, or cannot be. */
    Mono<Void> putAll(Map<K, V> values) {
        return Mono.defer(() -> putNow(Map.copyOf(values)));
    }

    private Mono<Void> putNow(Map<K, V> values) {
        int hour = hour();
        long bytes = values.values().stream().mapToLong(format::length).sum();
        synchronized (order) {
            values.forEach((key, value) -> change(key, new Held<>(value, hour)));
            return disk.write(file -> write(file, values, hour), bytes);
        }
    }

    private @Nullable Void write(RecordFile file, Map<K, V> values, int hour) {
        RecordMaps maps = maps(file);
        values.forEach((key, value) -> write(maps, key, value, hour));
        return null;
    }

    private void write(RecordMaps maps, K key, V value, int hour) {
        byte[] written = format.key(key);
        byte[] record = Envelope.seal(written, format.write(value));
        maps.put(written, record, hour);
        writtenSincePruning += limit.weight().applyAsLong(new Use(hour, record.length));
        if (writtenSincePruning > limit.atMost() / 10) {
            prune().subscribe();
        }
    }

    /** Forgets a value. */
    Mono<Void> remove(K key) {
        return Mono.defer(() -> removeNow(key));
    }

    private Mono<Void> removeNow(K key) {
        synchronized (order) {
            change(key, new Held<>(null, hour()));
            return disk.remove(file -> erase(file, key));
        }
    }

    private @Nullable Void erase(RecordFile file, K key) {
        maps(file).remove(format.key(key));
        return null;
    }

    private void change(K key, Held<V> held) {
        stamps.changed(key);
        memory.put(key, held);
    }

    /** The values whose written keys begin with a prefix; no more than a limit. */
    Mono<Map<K, V>> findAll(byte[] prefix, Function<byte[], K> readKey, int atMost) {
        return Mono.defer(() -> disk.read(file -> readAll(file, prefix, readKey, atMost)));
    }

    private Map<K, V> readAll(RecordFile file, byte[] prefix, Function<byte[], K> readKey, int atMost) {
        RecordMaps maps = maps(file);
        Map<K, V> found = new HashMap<>();
        for (byte[] written : maps.keys(prefix, atMost)) {
            K key = readKey.apply(written);
            Held<V> held = memory.getIfPresent(key);
            V value = held == null ? read(maps, key, written) : held.value();
            if (value != null) {
                found.put(key, value);
            }
        }
        return found;
    }

    /** Forgets the values whose written keys begin with a prefix, which are those that the predicate knows in memory. */
    Mono<Void> removeAll(byte[] prefix, Predicate<K> inMemory) {
        return Mono.defer(() -> disk.remove(file -> eraseAll(file, prefix, inMemory)));
    }

    private @Nullable Void eraseAll(RecordFile file, byte[] prefix, Predicate<K> inMemory) {
        RecordMaps maps = maps(file);
        maps.keys(prefix, Integer.MAX_VALUE).forEach(maps::remove);
        memory.asMap().keySet().removeIf(inMemory);
        return null;
    }

    /**
     * Removes what was not used for too long, and what is over the limit; joins the round that is under way, if any. It
     * is also done whenever a tenth of the limit has been written.
     */
    Mono<Void> prune() {
        return pruning.join(format.kind(), this::pruneNow)
                .doOnError(e -> faults.report(StoreFault.FAILURE, "pruning " + format.kind(), e))
                .onErrorComplete()
                .then();
    }

    /** How many steps it took. */
    private Mono<Long> pruneNow() {
        int oldestHour = hour() - (int) limit.unusedFor().toHours();
        Pruning round = new Pruning(format.kind(), oldestHour, limit.atMost(), limit.weight());
        return disk.read(file -> begin(round, file))
                .expand(more -> more ? disk.read(round::step) : Mono.empty())
                .count();
    }

    private boolean begin(Pruning round, RecordFile file) {
        writtenSincePruning = 0;
        return round.step(file);
    }

    private RecordMaps maps(RecordFile file) {
        return new RecordMaps(file, format.kind());
    }

    private int hour() {
        return (int) (clock.millis() / MILLIS_PER_HOUR);
    }
}
