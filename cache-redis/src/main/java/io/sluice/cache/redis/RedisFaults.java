package io.sluice.cache.redis;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts the faults of Redis. The first of each kind is a warning in the log, the others would only fill it. */
final class RedisFaults {

    private static final Logger LOG = LoggerFactory.getLogger(RedisCache.class);
    private static final int MAX_REASON = 200;

    private final Map<RedisFault, AtomicLong> counts = new EnumMap<>(RedisFault.class);

    RedisFaults() {
        for (RedisFault fault : RedisFault.values()) {
            counts.put(fault, new AtomicLong());
        }
    }

    /**
     * Counts one.
     *
     * @param reason why, in words; neither what was read nor a secret
     */
    void report(RedisFault fault, String reason) {
        AtomicLong count = counts.get(fault);
        if (count != null && count.getAndIncrement() == 0) {
            LOG.warn("Redis: {} ({}). Further cases are counted, not logged", fault.meaning(), shortened(reason));
        }
    }

    private static String shortened(String reason) {
        String printable = reason.replaceAll("[^\\x20-\\x7E]", "?");
        return printable.length() <= MAX_REASON ? printable : printable.substring(0, MAX_REASON) + "...";
    }

    Map<RedisFault, Long> counts() {
        Map<RedisFault, Long> snapshot = new EnumMap<>(RedisFault.class);
        counts.forEach((fault, count) -> snapshot.put(fault, count.get()));
        return snapshot;
    }
}
