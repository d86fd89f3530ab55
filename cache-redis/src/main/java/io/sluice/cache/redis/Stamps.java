package io.sluice.cache.redis;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Tells whether a key in Redis may have changed since: a stamp that is taken before a key is read is no longer the current
 * one when a change was told of after that, however the two answers overtake each other. Keys share stripes, so that a
 * stamp may also grow old for nothing.
 */
final class Stamps {

    private static final int STRIPES = 4096;

    private final AtomicInteger epoch = new AtomicInteger();
    private final AtomicIntegerArray changes = new AtomicIntegerArray(STRIPES);

    /** The stamp of a key. */
    long of(String key) {
        return (long) epoch.get() << Integer.SIZE | changes.get(stripe(key)) & 0xFFFF_FFFFL;
    }

    /** A key has changed, or may have. */
    void changed(String key) {
        changes.incrementAndGet(stripe(key));
    }

    /** Any key may have changed. */
    void allChanged() {
        epoch.incrementAndGet();
    }

    private static int stripe(String key) {
        int hash = key.hashCode();
        return (hash ^ hash >>> 16) & STRIPES - 1;
    }
}
