package io.sluice.cache.embedded;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts the faults of the store. The first of each kind is a warning in the log, the others would only fill it. */
final class Faults {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedCache.class);

    private final Map<StoreFault, AtomicLong> counts = new EnumMap<>(StoreFault.class);

    Faults() {
        for (StoreFault fault : StoreFault.values()) {
            counts.put(fault, new AtomicLong());
        }
    }

    void report(StoreFault fault, Object subject, @Nullable Throwable cause) {
        AtomicLong count = counts.get(fault);
        if (count != null && count.getAndIncrement() == 0) {
            LOG.warn("Embedded cache: {} ({}). Further cases are counted, not logged", fault.meaning(), subject, cause);
        }
    }

    Map<StoreFault, Long> counts() {
        Map<StoreFault, Long> snapshot = new EnumMap<>(StoreFault.class);
        counts.forEach((fault, count) -> snapshot.put(fault, count.get()));
        return snapshot;
    }
}
