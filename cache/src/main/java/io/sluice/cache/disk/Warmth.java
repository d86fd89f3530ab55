package io.sluice.cache.disk;

import java.util.BitSet;

/**
 * What of an open file the operating system is taken to have in memory: what was read or written a short while ago. Only
 * that may be sent from an event loop, since all else would make it wait for the disk.
 */
final class Warmth {

    /** The unit in which it is remembered, bytes. */
    static final int PIECE = 1024 * 1024;

    private final BitSet pieces = new BitSet();

    boolean isWarm(long offset, long length) {
        int last = piece(offset + length - 1);
        synchronized (this) {
            return pieces.nextClearBit(piece(offset)) > last;
        }
    }

    /** The pieces that touch these bytes are in memory now. */
    synchronized void warmed(long from, long to) {
        if (from < to) {
            pieces.set(piece(from), piece(to - 1) + 1);
        }
    }

    /** The pieces before an offset have cooled down. */
    synchronized void cool(long before) {
        if (before > 0) {
            pieces.clear(0, piece(before));
        }
    }

    static long begin(long offset) {
        return offset / PIECE * PIECE;
    }

    private static int piece(long offset) {
        return Math.toIntExact(offset / PIECE);
    }
}
