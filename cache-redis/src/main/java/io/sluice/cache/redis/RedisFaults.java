package io.sluice.cache.redis;

import io.sluice.cache.FaultCounts;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts and logs the faults of Redis. */
final class RedisFaults {

    private static final Logger LOG = LoggerFactory.getLogger(RedisCache.class);
    private static final int MAX_REASON = 200;

    private final FaultCounts<RedisFault> counts = new FaultCounts<>(RedisFault.class);

    /**
     * Counts one.
     *
     * @param reason why, in words; neither what was read nor a secret
     */
    void report(RedisFault fault, String reason) {
        if (counts.count(fault)) {
            LOG.warn("Redis: {} ({}). Further cases are counted, not logged", fault.meaning(), shortened(reason));
        }
    }

    private static String shortened(String reason) {
        String printable = reason.replaceAll("[^\\x20-\\x7E]", "?");
        return printable.length() <= MAX_REASON ? printable : printable.substring(0, MAX_REASON) + "...";
    }

    Map<RedisFault, Long> counts() {
        return counts.snapshot();
    }
}
