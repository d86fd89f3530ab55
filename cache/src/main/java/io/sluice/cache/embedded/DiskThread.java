package io.sluice.cache.embedded;

import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/**
 * The one thread that reads and writes the file, in the order in which it was asked to. It is never interrupted: an
 * interrupt would close the file's channel. What it brings is handed on by Reactor's parallel scheduler, so that no
 * caller does its own work here.
 */
final class DiskThread implements AutoCloseable {

    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(30);

    private final RecordFile file;
    private final Faults faults;
    private final int capacity;
    private final ThreadPoolExecutor executor;

    /**
     * Starts with an empty queue.
     *
     * @param capacity how much may wait; removals may wait beyond that, up to twice as much
     */
    DiskThread(RecordFile file, Faults faults, int capacity) {
        this.file = file;
        this.faults = faults;
        this.capacity = capacity;
        this.executor = new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(2 * capacity),
                Thread.ofPlatform().daemon().name("sluice-cache-disk").factory());
    }

    /** Something to do with the file; blocks. */
    interface Work<V> {

        @Nullable
        V with(RecordFile file);
    }

    /**
     * Puts work into the queue, now.
     *
     * @return what it brings; empty when it brings nothing, fails, or found no place in the queue
     */
    <V> Mono<V> enqueue(Work<V> work) {
        return enqueue(work, capacity);
    }

    /** The same for a removal, which is left out later than other work: what it leaves behind would be wrong. */
    Mono<Void> enqueueRemoval(Work<Void> removal) {
        return enqueue(removal, 2 * capacity);
    }

    private <V> Mono<V> enqueue(Work<V> work, int limit) {
        if (executor.isShutdown()) {
            return Mono.empty();
        }
        Sinks.One<V> result = Sinks.one();
        if (executor.getQueue().size() >= limit || !isTaken(() -> run(work, result))) {
            faults.report(StoreFault.OVERLOADED, limit + " operations wait", null);
            return Mono.empty();
        }
        return result.asMono().publishOn(Schedulers.parallel());
    }

    private boolean isTaken(Runnable task) {
        try {
            executor.execute(task);
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    private <V> void run(Work<V> work, Sinks.One<V> result) {
        try {
            V value = work.with(file);
            if (value != null) {
                result.tryEmitValue(value);
            }
        } catch (RuntimeException e) {
            faults.report(StoreFault.FAILURE, "one operation", e);
            recover(e);
        } finally {
            result.tryEmitEmpty();
        }
    }

    private void recover(RuntimeException failure) {
        try {
            file.recover(failure);
        } catch (RuntimeException e) {
            faults.report(StoreFault.FAILURE, "opening the file again", e);
        }
    }

    /** Does what is still in the queue, for at most half a minute. */
    @Override
    public void close() {
        executor.shutdown();
        boolean interrupted = false;
        long deadline = System.nanoTime() + CLOSE_WITHIN.toNanos();
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
