package io.sluice.cache.embedded;

import io.sluice.cache.FaultCounts;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts and logs the faults of the store. */
final class Faults {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedCache.class);

    private final FaultCounts<StoreFault> counts = new FaultCounts<>(StoreFault.class);

    void report(StoreFault fault, Object subject, @Nullable Throwable cause) {
        if (counts.count(fault)) {
            LOG.warn("Embedded cache: {} ({}). Further cases are counted, not logged", fault.meaning(), subject, cause);
        }
    }

    Map<StoreFault, Long> counts() {
        return counts.snapshot();
    }
}
