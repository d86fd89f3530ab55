package io.sluice.cache;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Tells whether what is kept under a key elsewhere may have changed since: a stamp that is taken before a key is read is no
 * longer the current one when a change was told of after that, however the two overtake each other. Keys share stripes, so
 * that a stamp may also grow old for nothing.
 */
public final class Stamps {

    private static final int STRIPES = 4096;

    private final AtomicInteger epoch = new AtomicInteger();
    private final AtomicIntegerArray changes = new AtomicIntegerArray(STRIPES);

    /** The stamp of a key. */
    public long of(Object key) {
        return (long) epoch.get() << Integer.SIZE | changes.get(stripe(key)) & 0xFFFF_FFFFL;
    }

    /** A key has changed, or may have. */
    public void changed(Object key) {
        changes.incrementAndGet(stripe(key));
    }

    /** Any key may have changed. */
    public void allChanged() {
        epoch.incrementAndGet();
    }

    private static int stripe(Object key) {
        int hash = key.hashCode();
        return (hash ^ hash >>> 16) & STRIPES - 1;
    }
}
