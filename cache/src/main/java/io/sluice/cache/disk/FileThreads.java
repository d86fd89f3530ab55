package io.sluice.cache.disk;

import io.sluice.cache.OrderlyShutdown;
import io.sluice.cache.blob.BlobStoreException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import reactor.core.publisher.Mono;

/**
 * The threads that read and write files. They are never interrupted: an interrupt closes the channel that a thread reads,
 * and the channel is everybody's.
 */
final class FileThreads implements Executor, AutoCloseable {

    /** How long anyone waits for one piece of work; a disk that hangs is as good as one that fails. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final int MAX_WAITING = 50_000;
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(30);

    private final ThreadPoolExecutor executor;

    /**
     * Threads that wait for work.
     *
     * @param name what their names begin with
     * @param count how many
     */
    FileThreads(String name, int count) {
        executor = new ThreadPoolExecutor(
                count,
                count,
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(MAX_WAITING),
                Thread.ofPlatform().daemon().name(name + "-", 1).factory());
        // Who gives them the first work must not wait for a thread to start: it may be an event loop.
        executor.prestartAllCoreThreads();
    }

    /** @throws BlobStoreException when too much waits already, or the threads have ended */
    @Override
    public void execute(Runnable work) {
        try {
            executor.execute(work);
        } catch (RejectedExecutionException e) {
            throw new BlobStoreException("too much waits for the disk");
        }
    }

    /**
     * Work that blocks.
     *
     * @return what it brings, on one of these threads; fails with {@link BlobStoreException} when it does not end in time
     */
    <T> Mono<T> call(Callable<T> work) {
        return Mono.<T>create(sink -> execute(() -> {
                    try {
                        sink.success(work.call());
                    } catch (Throwable e) {
                        sink.error(e);
                    }
                }))
                .timeout(PATIENCE, Mono.error(() -> late(PATIENCE)));
    }

    /** Work that blocks and brings nothing. */
    Mono<Void> run(Runnable work) {
        return call(() -> {
                    work.run();
                    return true;
                })
                .then();
    }

    /** What they are told who have waited so long. */
    static BlobStoreException late(Duration patience) {
        return new BlobStoreException("the disk takes longer than " + patience.toSeconds() + " s");
    }

    /** Does what is still waiting, for at most half a minute. */
    @Override
    public void close() {
        OrderlyShutdown.of(executor, CLOSE_WITHIN);
    }
}
