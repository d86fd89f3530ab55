package io.sluice.cache.disk;

import java.util.function.LongSupplier;

/**
 * The bytes that the cache may take, and those that it takes: whole blobs, blobs that are being written or left behind,
 * and deleted files that someone still has open. Files count in blocks, as the disk has them.
 */
final class Room {

    private static final long BLOCK = 4096;

    private final long limit;
    private final LongSupplier others;
    private long taken;

    /**
     * @param limit bytes
     * @param others what else in the cache's directory counts, bytes
     */
    Room(long limit, LongSupplier others) {
        this.limit = limit;
        this.others = others;
    }

    /** What a file of so many bytes takes. */
    static long of(long size) {
        return (size + BLOCK - 1) / BLOCK * BLOCK;
    }

    /** Takes room if there is enough. */
    boolean take(long bytes) {
        long rest = limit - others.getAsLong();
        synchronized (this) {
            if (bytes > rest - taken) {
                return false;
            }
            taken += bytes;
            return true;
        }
    }

    /** Counts what is there in any case. */
    synchronized void count(long bytes) {
        taken += bytes;
    }

    synchronized void give(long bytes) {
        taken -= bytes;
    }

    /** Whether so many bytes could ever fit. */
    boolean couldTake(long bytes) {
        return bytes <= limit - others.getAsLong();
    }

    /** Whether more is taken than may be. */
    boolean isOver() {
        return taken() > limit;
    }

    /** What is taken, bytes, by all that counts. */
    long taken() {
        long more = others.getAsLong();
        synchronized (this) {
            return taken + more;
        }
    }

    long limit() {
        return limit;
    }
}
