package io.sluice.gateway.pull;

import io.netty.buffer.ByteBuf;
import io.sluice.cache.blob.BlobStoreException;
import io.sluice.cache.blob.BlobTooLongException;
import io.sluice.cache.blob.BlobWriter;
import io.sluice.gateway.error.UpstreamTimeoutException;
import io.sluice.gateway.pull.BlobSettings.Slowest;
import io.sluice.gateway.upstream.Registry;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/**
 * Writes one body into the store. What arrives waits in a queue that is bounded by what was asked for, and is appended in
 * batches where that may block; so no event loop waits for a disk, and a disk that is slow slows down the upstream.
 *
 * <p>However it ends, all that had arrived is written first, and nothing is written after it has ended.
 */
final class BlobFeed implements CoreSubscriber<ByteBuf>, Runnable {

    /** How much may wait, and be asked for, bytes. */
    private static final int WINDOW = 512 * 1024;

    /** How much more, while few others are fetched: then the threads at both ends of the queue seldom wait for each other. */
    static final int MORE = 1536 * 1024;

    /** How much is appended at once, bytes; a buffer more or less. */
    private static final int BATCH = 512 * 1024;

    /** How many batches are appended before others have their turn. */
    private static final int IN_A_ROW = 4;

    /** What no blob is longer than, bytes, where nobody has said how long it is (T15). */
    static final long MAX_SIZE = 1L << 40;

    private final BlobWriter writer;
    private final Slowest slowest;
    private final ByteBudget shared;
    private final AtomicLong taken = new AtomicLong();
    private final Queue<ByteBuf> waiting = new ConcurrentLinkedQueue<>();
    private final CrowdRest rest = new CrowdRest();
    private final ByteWindow window = new ByteWindow(WINDOW, Registry.LONGEST_BUFFER);
    private final AtomicInteger work = new AtomicInteger();
    private final AtomicLong received = new AtomicLong();
    private final AtomicReference<@Nullable End> end = new AtomicReference<>();
    private final AtomicBoolean over = new AtomicBoolean();
    private final Sinks.Empty<Void> written = Sinks.empty();
    private final Disposable.Swap watch = Disposables.swap();
    private volatile Subscription body = Operators.emptySubscription();
    private long toSkip;
    private long lastReceived;

    /**
     * A feed of one body.
     *
     * @param toSkip how many bytes at the beginning of the body are there already
     * @param shared what may wait beyond what may wait here in any case, of all feeds together
     */
    BlobFeed(BlobWriter writer, long toSkip, Slowest slowest, ByteBudget shared) {
        this.writer = writer;
        this.toSkip = toSkip;
        this.slowest = slowest;
        this.shared = shared;
    }

    /**
     * How a body ended.
     *
     * @param failure what went wrong, or null
     */
    private record End(@Nullable Throwable failure) {}

    /**
     * Writes a body; once.
     *
     * @return completes when all of it is written; fails with what the body failed with, with an
     *     {@link UpstreamTimeoutException} when it is too slow, with {@link BlobTooLongException}, or with
     *     {@link BlobStoreException}
     */
    Mono<Void> take(Flux<ByteBuf> source) {
        long window = slowest.within().toMillis();
        return written.asMono()
                .doOnSubscribe(subscription -> {
                    watch.update(Schedulers.parallel()
                            .schedulePeriodically(this::look, window, window, TimeUnit.MILLISECONDS));
                    source.subscribe(this);
                })
                .doOnCancel(() -> stop(new BlobStoreException("the fetch was given up")));
    }

    /** Completes when it has ended, however: nothing more is written. */
    Mono<Void> over() {
        return written.asMono().onErrorComplete();
    }

    /** Ends it before its body does; what has arrived is still written. */
    void stop(Throwable why) {
        if (end.compareAndSet(null, new End(why))) {
            body.cancel();
            workOn();
        }
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        body = subscription;
        if (end.get() == null) {
            widen();
            subscription.request(window.take());
        } else {
            subscription.cancel();
        }
    }

    private void widen() {
        if (shared.takeIfTheyFit(MORE)) {
            taken.set(MORE);
            window.left(MORE);
            if (over.get()) {
                giveBack();
            }
        }
    }

    private void giveBack() {
        shared.giveBack(taken.getAndSet(0));
    }

    @Override
    public void onNext(ByteBuf chunk) {
        int length = chunk.readableBytes();
        received.addAndGet(length);
        long skipped = Math.min(toSkip, length);
        toSkip -= skipped;
        window.arrived(length - (int) skipped);
        if (skipped < length) {
            enqueue(chunk.retain().skipBytes((int) skipped));
            workOn();
        }
        askForMore();
    }

    private void askForMore() {
        long buffers = window.take();
        if (buffers > 0) {
            body.request(buffers);
        }
    }

    /** There is room for all that was asked for. */
    private void enqueue(ByteBuf chunk) {
        if (!waiting.offer(chunk)) {
            chunk.release();
            stop(new IllegalStateException("more came than was asked for"));
        }
    }

    @Override
    public void onError(Throwable failure) {
        end.compareAndSet(null, new End(failure));
        workOn();
    }

    @Override
    public void onComplete() {
        end.compareAndSet(null, new End(null));
        workOn();
    }

    private void workOn() {
        if (work.getAndIncrement() == 0) {
            submit();
        }
    }

    private void submit() {
        try {
            writer.threads().execute(this);
        } catch (BlobStoreException refused) {
            fail(refused);
            int seen;
            do {
                seen = work.get();
                letGo();
            } while (work.addAndGet(-seen) != 0);
        }
    }

    /** Some batches, on a thread that may block; never on two at a time. */
    @Override
    public void run() {
        for (int i = 0; i < IN_A_ROW; i++) {
            long pause = rest.due(writer);
            if (pause > 0) {
                Schedulers.parallel().schedule(this::submit, pause, TimeUnit.MICROSECONDS);
                return;
            }
            if (isAllDone()) {
                return;
            }
        }
        submit();
    }

    /** One batch; says whether nothing more is to be done now. */
    private boolean isAllDone() {
        int seen = work.get();
        End ended = end.get();
        if (over.get()) {
            letGo();
        } else {
            appendBatch();
        }
        if (ended != null && waiting.isEmpty()) {
            finish(ended.failure());
        }
        return waiting.isEmpty() && work.addAndGet(-seen) == 0;
    }

    private void appendBatch() {
        List<ByteBuf> batch = new ArrayList<>();
        long length = 0;
        for (ByteBuf chunk = waiting.poll(); chunk != null; chunk = length < BATCH ? waiting.poll() : null) {
            batch.add(chunk);
            length += chunk.readableBytes();
        }
        if (batch.isEmpty()) {
            return;
        }
        try {
            append(batch, length);
            window.left(length);
            askForMore();
        } catch (RuntimeException failure) {
            fail(failure);
            letGo();
        } finally {
            batch.forEach(ByteBuf::release);
        }
    }

    private void append(List<ByteBuf> batch, long length) {
        if (writer.written() + length > MAX_SIZE) {
            throw new BlobTooLongException(writer.digest(), MAX_SIZE);
        }
        writer.append(
                batch.stream().flatMap(chunk -> Stream.of(chunk.nioBuffers())).toArray(ByteBuffer[]::new));
    }

    private void fail(Throwable failure) {
        end.set(new End(failure));
        body.cancel();
        finish(failure);
    }

    private void finish(@Nullable Throwable failure) {
        if (!over.compareAndSet(false, true)) {
            return;
        }
        watch.dispose();
        giveBack();
        if (failure == null) {
            written.tryEmitEmpty();
        } else {
            written.tryEmitError(failure);
        }
    }

    private void letGo() {
        for (ByteBuf chunk = waiting.poll(); chunk != null; chunk = waiting.poll()) {
            chunk.release();
        }
    }

    /** Looks whether enough has come since the last time; a disk that is busy is not the upstream's fault. */
    private void look() {
        long now = received.get();
        boolean isOurTurn = work.get() != 0;
        if (!isOurTurn && now - lastReceived < slowest.bytes()) {
            stop(new UpstreamTimeoutException(
                    "the upstream", slowest.bytes() + " bytes of the body", slowest.within()));
        }
        lastReceived = now;
    }
}
