package io.sluice.cache.embedded;

import io.sluice.cache.OrderlyShutdown;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/**
 * The one thread that reads and writes a file, in the order in which it was asked to. It is never interrupted: an
 * interrupt would close the file's channel. What it brings is handed on by Reactor's parallel scheduler, so that no
 * caller does its own work here.
 */
final class DiskThread implements AutoCloseable {

    /** The bytes that may wait to be written; the last ones may go over it by what is put at the same moment. */
    static final long MAX_WAITING_BYTES = 64 * 1024 * 1024;

    /** How long anyone waits for the disk; one that hangs is as good as one that fails. */
    static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(30);

    private final RecordFile file;
    private final Faults faults;
    private final int capacity;
    private final ThreadPoolExecutor executor;
    private final AtomicLong waitingBytes = new AtomicLong();

    /**
     * Starts with an empty queue.
     *
     * @param name what the thread is called
     * @param capacity how much may wait; removals may wait beyond that, up to twice as much
     */
    DiskThread(String name, RecordFile file, Faults faults, int capacity) {
        this.file = file;
        this.faults = faults;
        this.capacity = capacity;
        this.executor = new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(2 * capacity),
                Thread.ofPlatform().daemon().name(name).factory());
    }

    /** Something to do with the file; blocks. */
    interface Work<V> {

        @Nullable
        V with(RecordFile file);
    }

    /**
     * Puts a read into the queue, now.
     *
     * @return what it brings; empty when it brings nothing, fails, found no place in the queue, or takes too long
     */
    <V> Mono<V> read(Work<V> work) {
        return enqueue(work, 0, capacity);
    }

    /**
     * Puts a write into the queue, now.
     *
     * @param bytes about how many bytes wait with it
     * @return completes when it is done, fails, found no place in the queue, or takes too long
     */
    Mono<Void> write(Work<Void> work, long bytes) {
        return enqueue(work, bytes, capacity);
    }

    /** The same for a removal, which is left out later than other work: what it leaves behind would be wrong. */
    Mono<Void> remove(Work<Void> work) {
        return enqueue(work, 0, 2 * capacity);
    }

    private <V> Mono<V> enqueue(Work<V> work, long bytes, int limit) {
        if (executor.isShutdown()) {
            return Mono.empty();
        }
        Sinks.One<V> result = Sinks.one();
        boolean hasPlace = executor.getQueue().size() < limit && waitingBytes.get() + bytes <= MAX_WAITING_BYTES;
        if (!hasPlace || !isTaken(() -> run(work, bytes, result))) {
            faults.report(StoreFault.OVERLOADED, executor.getQueue().size() + " operations wait", null);
            return Mono.empty();
        }
        waitingBytes.addAndGet(bytes);
        return result.asMono().timeout(PATIENCE, Mono.defer(this::givenUp)).publishOn(Schedulers.parallel());
    }

    private <V> Mono<V> givenUp() {
        faults.report(StoreFault.OVERLOADED, "an operation takes longer than " + PATIENCE.toMillis() + " ms", null);
        return Mono.empty();
    }

    private boolean isTaken(Runnable task) {
        try {
            executor.execute(task);
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    private <V> void run(Work<V> work, long bytes, Sinks.One<V> result) {
        waitingBytes.addAndGet(-bytes);
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
        OrderlyShutdown.of(executor, CLOSE_WITHIN);
    }
}
