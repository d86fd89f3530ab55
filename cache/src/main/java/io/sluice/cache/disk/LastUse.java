package io.sluice.cache.disk;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** When a blob was used last. A client that asks for ranges asks for a blob many times, and a crowd does; that is one use. */
final class LastUse {

    /** Whoever asks again within this time belongs to the same pull, or to the same crowd, nanoseconds. */
    private static final long SAME_USE = TimeUnit.MINUTES.toNanos(1);

    private final AtomicLong at;

    private LastUse(long at) {
        this.at = new AtomicLong(at);
    }

    /** Of what was not used yet. */
    static LastUse never() {
        return new LastUse(System.nanoTime() - SAME_USE);
    }

    /** Of what is used now. */
    static LastUse now() {
        return new LastUse(System.nanoTime());
    }

    /** It is used now. */
    void renew() {
        at.set(System.nanoTime());
    }

    /** Whether being asked for now is a use of its own; it is one then. */
    boolean isAnew() {
        long now = System.nanoTime();
        long last = at.get();
        return now - last >= SAME_USE && at.compareAndSet(last, now);
    }
}
