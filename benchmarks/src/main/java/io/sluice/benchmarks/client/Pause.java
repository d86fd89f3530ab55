package io.sluice.benchmarks.client;

import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A time in which nothing is done, for what is measured to come to rest. */
public final class Pause {

    private Pause() {}

    /** Waits. */
    public static void of(Duration duration) throws InterruptedIOException {
        try {
            TimeUnit.NANOSECONDS.sleep(duration.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
    }
}
