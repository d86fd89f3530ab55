package io.sluice.cache.redis;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts what was looked up in Redis. */
final class Lookups {

    private final Map<Lookup, LongAdder> counts = new ConcurrentHashMap<>();

    private record Lookup(RedisKind kind, RedisLookup result) {}

    void count(RedisKind kind, RedisLookup result) {
        counts.computeIfAbsent(new Lookup(kind, result), first -> new LongAdder())
                .increment();
    }

    long counted(RedisKind kind, RedisLookup result) {
        LongAdder count = counts.get(new Lookup(kind, result));
        return count == null ? 0 : count.sum();
    }
}
