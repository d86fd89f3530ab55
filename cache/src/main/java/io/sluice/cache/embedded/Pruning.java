package io.sluice.cache.embedded;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * One round of pruning one kind of record, in small steps, so that reads and writes get in between.
 *
 * <p>The first pass removes what was not used for too long and adds up the rest by the hour of its last use. If that is
 * over the limit, the second removes the oldest hours, until a tenth below the limit.
 */
final class Pruning {

    private static final int STEP = 500;

    private final String kind;
    private final int oldestHour;
    private final long limit;
    private final ToLongFunction<Use> weight;
    private final NavigableMap<Integer, Long> weightByHour = new TreeMap<>();
    private byte @Nullable [] next;
    private boolean evicting;
    private int evictBefore;
    private long excess;

    /**
     * A round that has not begun.
     *
     * @param oldestHour what was last used before this hour leaves
     * @param limit how much may stay
     * @param weight how much a record counts for
     */
    Pruning(String kind, int oldestHour, long limit, ToLongFunction<Use> weight) {
        this.kind = kind;
        this.oldestHour = oldestHour;
        this.limit = limit;
        this.weight = weight;
    }

    /** Does the next step; false when it was the last. Blocks; for the disk's thread alone. */
    boolean step(RecordFile file) {
        RecordMaps maps = new RecordMaps(file, kind);
        List<Map.Entry<byte[], Use>> page = maps.uses(next, STEP);
        for (Map.Entry<byte[], Use> entry : page) {
            if (leaves(entry.getValue())) {
                maps.remove(entry.getKey());
            }
        }
        if (page.size() < STEP) {
            return !evicting && beginEviction();
        }
        byte[] last = page.getLast().getKey();
        next = Arrays.copyOf(last, last.length + 1);
        return true;
    }

    private boolean leaves(Use use) {
        if (use.hour() < oldestHour) {
            return true;
        }
        if (!evicting) {
            weightByHour.merge(use.hour(), weight.applyAsLong(use), Long::sum);
            return false;
        }
        if (use.hour() > evictBefore || excess <= 0) {
            return false;
        }
        excess -= weight.applyAsLong(use);
        return true;
    }

    private boolean beginEviction() {
        long total = weightByHour.values().stream().mapToLong(Long::longValue).sum();
        if (total <= limit) {
            return false;
        }
        excess = total - (limit - limit / 10);
        evictBefore = lastHourToLeave();
        evicting = true;
        next = null;
        return true;
    }

    /** The hour within which the excess is used up; a younger one does not lose anything. */
    private int lastHourToLeave() {
        long sum = 0;
        for (Map.Entry<Integer, Long> hour : weightByHour.entrySet()) {
            sum += hour.getValue();
            if (sum >= excess) {
                return hour.getKey();
            }
        }
        return weightByHour.lastKey();
    }
}
