package io.sluice.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** What has happened at a {@link ScriptedUpstream}, for the test to look at and to wait for. */
final class Traffic {

    private final Duration limit;
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final List<RecordedRequest> requests = new ArrayList<>();
    private int connections;
    private int hangUps;

    Traffic(Duration limit) {
        this.limit = limit;
    }

    synchronized void connected() {
        connections++;
        notifyAll();
    }

    synchronized void requested(RecordedRequest request) {
        requests.add(request);
        notifyAll();
    }

    synchronized void hungUp() {
        hangUps++;
        notifyAll();
    }

    void failed(Throwable failure) {
        failures.add(failure);
    }

    synchronized List<RecordedRequest> requests() {
        return List.copyOf(requests);
    }

    /** Requests of a method and a path without its query, {@code "GET /v2/"}. */
    synchronized int count(String methodAndPath) {
        return (int) requests.stream()
                .filter(request -> methodAndPath.equals(request.method() + " " + request.path()))
                .count();
    }

    synchronized int connections() {
        return connections;
    }

    synchronized int hangUps() {
        return hangUps;
    }

    List<Throwable> failures() {
        return List.copyOf(failures);
    }

    void awaitCount(String methodAndPath, int count) {
        await(() -> count(methodAndPath) >= count, count + " × " + methodAndPath);
    }

    void awaitHangUps(int count) {
        await(() -> hangUps >= count, count + " hang-ups");
    }

    private synchronized void await(BooleanSupplier condition, String what) {
        long deadline = System.nanoTime() + limit.toNanos();
        try {
            while (!condition.getAsBoolean()) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    throw new AssertionError("no " + what + " within " + limit.toSeconds() + " s, only " + requests);
                }
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for " + what, e);
        }
    }
}
