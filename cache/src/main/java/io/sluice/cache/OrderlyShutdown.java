package io.sluice.cache;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

/** Ends threads that must not be interrupted, since an interrupt closes the channel that they read or write. */
public final class OrderlyShutdown {

    private OrderlyShutdown() {}

    /** Takes no more work, and waits until what there is has been done, but not longer than a limit. Blocks. */
    public static void of(ExecutorService executor, Duration limit) {
        executor.shutdown();
        boolean interrupted = false;
        long deadline = System.nanoTime() + limit.toNanos();
        while (!executor.isTerminated() && System.nanoTime() < deadline) {
            try {
                executor.awaitTermination(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
