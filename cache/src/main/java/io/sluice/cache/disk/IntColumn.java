package io.sluice.cache.disk;

import java.util.Arrays;

/** Ints by slot, in chunks: growing copies nothing, and no array is large. They are zero at first. */
final class IntColumn {

    private static final int SHIFT = 13;
    private static final int MASK = (1 << SHIFT) - 1;

    private int[][] chunks = new int[1][];
    private int slots;

    int get(int slot) {
        return chunks[slot >>> SHIFT][slot & MASK];
    }

    void set(int slot, int value) {
        chunks[slot >>> SHIFT][slot & MASK] = value;
    }

    /** Makes room for the slots below a number. */
    void reserve(int atLeast) {
        while (slots < atLeast) {
            int chunk = slots >>> SHIFT;
            if (chunk == chunks.length) {
                chunks = Arrays.copyOf(chunks, 2 * chunk);
            }
            chunks[chunk] = new int[1 << SHIFT];
            slots += 1 << SHIFT;
        }
    }
}
