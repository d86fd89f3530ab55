package io.sluice.testing;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Points, known by name, at which a script waits for the test, and the test for the script. */
final class Barriers {

    private final Map<String, Barrier> barriers = new ConcurrentHashMap<>();
    private final Duration limit;

    Barriers(Duration limit) {
        this.limit = limit;
    }

    private record Barrier(CountDownLatch reached, CountDownLatch released) {

        Barrier() {
            this(new CountDownLatch(1), new CountDownLatch(1));
        }
    }

    /** The script's side. */
    void await(String name) {
        Barrier barrier = barrier(name);
        barrier.reached.countDown();
        await(barrier.released, "nobody released the barrier " + name);
    }

    /** The test's side: waits until a script is there. */
    void awaitReached(String name) {
        await(barrier(name).reached, "nobody reached the barrier " + name);
    }

    /** The test's side: lets whoever is there, or comes later, pass. */
    void release(String name) {
        barrier(name).released.countDown();
    }

    void releaseAll() {
        barriers.values().forEach(barrier -> barrier.released.countDown());
    }

    private Barrier barrier(String name) {
        return barriers.computeIfAbsent(name, ignored -> new Barrier());
    }

    private void await(CountDownLatch latch, String complaint) {
        try {
            if (!latch.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError(complaint + " within " + limit.toSeconds() + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted: " + complaint, e);
        }
    }
}
