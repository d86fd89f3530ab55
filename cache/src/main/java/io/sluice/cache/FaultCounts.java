package io.sluice.cache;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/**
 * Counts what goes wrong in a backend, by kind. The first of a kind is for the log, the others would only fill it.
 *
 * @param <F> the kinds
 */
public final class FaultCounts<F extends Enum<F>> {

    private final Map<F, AtomicLong> counts;

    /** Begins with nothing of any kind. */
    public FaultCounts(Class<F> kinds) {
        counts = new EnumMap<>(kinds);
        for (F kind : kinds.getEnumConstants()) {
            counts.put(kind, new AtomicLong());
        }
    }

    /**
     * Counts one.
     *
     * @return whether it is the first of its kind
     */
    public boolean count(F kind) {
        AtomicLong count = counts.get(kind);
        return count != null && count.getAndIncrement() == 0;
    }

    /** How many there were of each kind, the kinds that did not occur included. */
    public Map<F, Long> snapshot() {
        return counts.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(
                        Map.Entry::getKey, entry -> entry.getValue().get()));
    }
}
