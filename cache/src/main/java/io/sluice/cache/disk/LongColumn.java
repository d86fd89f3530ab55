package io.sluice.cache.disk;

import java.util.Arrays;

/** Longs by slot, in chunks: growing copies nothing, and no array is large. They are zero at first. */
final class LongColumn {

    private static final int SHIFT = 13;
    private static final int MASK = (1 << SHIFT) - 1;

    private long[][] chunks = new long[1][];
    private int slots;

    long get(int slot) {
        return chunks[slot >>> SHIFT][slot & MASK];
    }

    void set(int slot, long value) {
        chunks[slot >>> SHIFT][slot & MASK] = value;
    }

    /** Makes room for the slots below a number. */
    void reserve(int atLeast) {
        while (slots < atLeast) {
            int chunk = slots >>> SHIFT;
            if (chunk == chunks.length) {
                chunks = Arrays.copyOf(chunks, 2 * chunk);
            }
            chunks[chunk] = new long[1 << SHIFT];
            slots += 1 << SHIFT;
        }
    }
}
