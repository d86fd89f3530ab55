package io.sluice.cache.disk;

/** What is known of the blob in each slot: its length, and in one int the rest. */
final class Slots {

    /** How often a use is counted at most. */
    static final int MOST_USES = 3;

    /** There is a blob in the slot. */
    static final int TAKEN = 1 << 31;

    /** It may not be evicted. */
    static final int PINNED = 1 << 30;

    /** Its bytes were hashed since the start. */
    static final int VERIFIED = 1 << 29;

    /** It belongs to those that were used again since they came. */
    static final int MAIN = 1 << 28;

    private static final int USES_SHIFT = 26;
    private static final int HOUR = (1 << USES_SHIFT) - 1;
    private static final int USES = MOST_USES << USES_SHIFT;

    private final LongColumn sizes = new LongColumn();
    private final IntColumn states = new IntColumn();

    /** Puts a blob into a slot. */
    void take(int slot, long size) {
        sizes.reserve(slot + 1);
        states.reserve(slot + 1);
        sizes.set(slot, size);
        states.set(slot, TAKEN);
    }

    /** Empties a slot. */
    void empty(int slot) {
        states.set(slot, 0);
    }

    long size(int slot) {
        return sizes.get(slot);
    }

    boolean is(int flag, int slot) {
        return (states.get(slot) & flag) != 0;
    }

    void mark(int flag, int slot) {
        states.set(slot, states.get(slot) | flag);
    }

    /** How often it was used since somebody last looked, at most {@link #MOST_USES}. */
    int uses(int slot) {
        return (states.get(slot) & USES) >>> USES_SHIFT;
    }

    void uses(int slot, int uses) {
        states.set(slot, states.get(slot) & ~USES | uses << USES_SHIFT);
    }

    /** The hour since 1970 in which it was last used. */
    int hour(int slot) {
        return states.get(slot) & HOUR;
    }

    void hour(int slot, int hour) {
        states.set(slot, states.get(slot) & ~HOUR | hour & HOUR);
    }
}
