package io.sluice.gateway.pull;

import io.netty.buffer.ByteBuf;
import io.sluice.cache.blob.BlobReader;
import io.sluice.cache.blob.BlobStoreException;
import io.sluice.cache.blob.BlobTooLongException;
import io.sluice.cache.blob.BlobWriter;
import io.sluice.cache.blob.DigestMismatchException;
import io.sluice.gateway.cluster.ReplicaException;
import io.sluice.gateway.error.InvalidContentException;
import io.sluice.gateway.error.PullException;
import io.sluice.gateway.error.UpstreamProtocolException;
import io.sluice.gateway.metrics.GatewayMetrics;
import io.sluice.gateway.pull.Abandonment.AbandonedException;
import io.sluice.gateway.pull.BlobUpstream.Opened;
import io.sluice.oci.Digest;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

/**
 * The story of one fetch of a blob, from its request to its last byte in the store. It works on its own account: callers
 * come and go, and read what it writes.
 *
 * <p>It has landed when the head of an answer is judged and the store has made room; from then on callers can read, the first
 * byte is yet to come. A body that breaks off is continued where it did, on another connection, and the readers notice
 * nothing but a pause. When all of it is there and matches, it is kept. When nobody reads it any more it may be stopped,
 * and what is there waits for the next one who wants it.
 */
final class BlobFetch {

    private static final Logger LOG = LoggerFactory.getLogger(BlobFetch.class);

    private final PullTarget target;
    private final Digest digest;
    private final BlobWriter writer;
    private final BlobSupply supply;
    private final BlobUpstream upstream;
    private final BlobSettings settings;
    private final GatewayMetrics metrics;
    private final UncachedBlobs uncached;
    private final Resumes resumes;
    private final Abandonment abandonment;
    private final Sinks.One<BlobSource> landing = Sinks.one();
    private final Sinks.Empty<Void> end = Sinks.empty();
    private final Disposable.Swap work = Disposables.swap();
    private final AtomicReference<@Nullable BlobFeed> feed = new AtomicReference<>();
    private final AtomicInteger attempts = new AtomicInteger();
    private volatile long size = -1;
    private volatile boolean landed;
    private volatile boolean abandoned;

    /** @param supply where its bytes come from */
    BlobFetch(
            PullTarget target,
            BlobWriter writer,
            BlobSupply supply,
            BlobUpstream upstream,
            BlobSettings settings,
            UncachedBlobs uncached,
            GatewayMetrics metrics) {
        this.target = target;
        this.digest = writer.digest();
        this.writer = writer;
        this.supply = supply;
        this.upstream = upstream;
        this.settings = settings;
        this.uncached = uncached;
        this.metrics = metrics;
        this.resumes = new Resumes(settings.resuming(), writer.written());
        this.abandonment = new Abandonment(writer, () -> size, this::abandon, settings.leaving());
    }

    /**
     * Begins the fetch.
     *
     * @return where its readers come from, as soon as it has landed; fails with what the upstream said instead, or with
     *     {@link BlobStoreException} when the blob cannot be kept. Who cancels it before gives the fetch up
     */
    Mono<BlobSource> depart() {
        return landing.asMono().doOnSubscribe(caller -> begin()).doOnCancel(this::giveUp);
    }

    /** Whether it is by this repository that the blob is fetched. */
    boolean isBy(PullTarget other) {
        return target.equals(other);
    }

    /** Completes when it is over, however it ended. */
    Mono<Void> over() {
        return end.asMono();
    }

    private void begin() {
        work.update(Mono.defer(this::attempt)
                .retryWhen(Retry.from(failures -> failures.concatMap(signal -> afterFailure(signal.failure()))))
                .then(Mono.defer(this::keep))
                .onErrorResume(this::fail)
                .doFinally(signal -> finish())
                .subscribe());
    }

    // --- the body

    /** The last attempt, if there was one, writes nothing any more: no two ever write at a time. */
    private Mono<Void> attempt() {
        BlobFeed last = feed.get();
        return last == null ? attemptNow() : last.over().then(Mono.defer(this::attemptNow));
    }

    private Mono<Void> attemptNow() {
        if (abandoned) {
            return Mono.error(new AbandonedException());
        }
        boolean isAllThere = landed && writer.written() == size;
        int number = attempts.incrementAndGet();
        return isAllThere
                ? Mono.empty()
                : supply.attempt(writer.written(), size, (answer, proof) -> receive(number, answer, proof));
    }

    private Mono<Void> receive(int number, Opened answer, Mono<Void> proof) {
        return land(answer.size(), proof)
                .then(Mono.defer(() -> write(number, answer)))
                .then(Mono.defer(() -> BlobUpstream.requireAll(writer.written(), size)));
    }

    private Mono<Void> land(long announced, Mono<Void> proof) {
        size = announced;
        if (landed) {
            return Mono.empty();
        }
        return Mono.when(proof, writer.arrive(announced)).then(Mono.fromRunnable(this::hasLanded));
    }

    /** Whoever waits is told here and now, and has a reader before the first byte comes. */
    private void hasLanded() {
        landed = true;
        supply.landed(this::reader);
        landing.tryEmitValue(this::reader);
        abandonment.watch();
    }

    private Mono<BlobReader> reader() {
        return Mono.fromSupplier(writer::reader).onErrorComplete(BlobStoreException.class);
    }

    /** What is answered to an attempt that was given up comes too late. */
    private Mono<Void> write(int number, Opened answer) {
        if (number != attempts.get()) {
            return Mono.error(new BlobStoreException("another attempt has begun"));
        }
        BlobFeed next = new BlobFeed(writer, answer.before(), settings.slowest(), upstream.waiting());
        feed.set(next);
        if (abandoned) {
            next.stop(new AbandonedException());
        }
        return next.take(answer.body());
    }

    /** Ends after the pause before the next attempt, or with the failure. */
    private Mono<Long> afterFailure(Throwable failure) {
        if (failure instanceof AbandonedException) {
            return writer.suspend() ? Mono.error(failure) : goOnForALateComer();
        }
        if (failure instanceof ReplicaException) {
            return Mono.just(0L);
        }
        return landed ? upstream.pause(target, digest, resumes, writer.written(), failure) : Mono.error(failure);
    }

    private Mono<Long> goOnForALateComer() {
        abandoned = false;
        return Mono.just(0L);
    }

    // --- the end

    /** What cannot be kept was read all the same. */
    private Mono<Void> keep() {
        return writer.commit().then(Mono.defer(supply::kept)).onErrorComplete(BlobStoreException.class);
    }

    private Mono<Void> fail(Throwable failure) {
        return failure instanceof BlobStoreException noRoom
                ? goOnWithoutDisk(noRoom)
                : Mono.fromRunnable(() -> endWith(failure));
    }

    private void endWith(Throwable failure) {
        switch (failure) {
            case AbandonedException ignored -> metrics.abandonedBlob(route());
            case DigestMismatchException mismatch -> {
                supply.sentWrong(mismatch, true);
                refuse(mismatch);
            }
            case BlobTooLongException tooLong ->
                reject(new InvalidContentException("the upstream sent " + tooLong.getMessage()));
            case InvalidContentException invalid -> reject(invalid);
            case PullException other -> leaveForLater(other);
            default -> unforeseen(failure);
        }
    }

    /** The content is not what it claims to be: nothing of it is kept, and the next request fetches anew (T01, U11). */
    private void reject(InvalidContentException failure) {
        supply.sentWrong(failure, false);
        refuse(failure);
    }

    /** What it says may hold what no log should. */
    private void unforeseen(Throwable failure) {
        LOG.warn(
                "{}: the fetch of {} failed: {}",
                route(),
                digest,
                failure.getClass().getName());
        refuse(failure);
    }

    private void refuse(Throwable failure) {
        writer.abort(failure);
        landing.tryEmitError(failure);
    }

    /** Where nobody reads it, what there is can be gone on with, by this repository when it is back or by another. */
    private void leaveForLater(PullException failure) {
        boolean mayBeWrong = failure instanceof UpstreamProtocolException;
        if (writer.written() == 0 || mayBeWrong || !writer.suspend()) {
            writer.abort(failure);
        }
        landing.tryEmitError(failure);
    }

    private Mono<Void> goOnWithoutDisk(BlobStoreException failure) {
        uncached.add(digest);
        if (!landed) {
            refuse(failure);
            return Mono.empty();
        }
        LOG.warn("{}: the rest of a blob passes through: {}", route(), failure.getMessage());
        return Mono.fromSupplier(() -> new UncachedRest(writer, this::rest, this::wrong, failure))
                .subscribeOn(Schedulers.fromExecutor(writer.threads())) // reads what is held back, from the file
                .onErrorResume(unreadable -> Mono.fromRunnable(() -> writer.abort(failure)))
                .doOnNext(writer::abort)
                .then();
    }

    private Flux<ByteBuf> rest(long from) {
        return upstream.stream(target, digest, from, size);
    }

    private void wrong(InvalidContentException mismatch) {
        supply.sentWrong(mismatch, true);
    }

    /** Nobody waits for it any more, and it has not landed within the limit of a flight. */
    private void giveUp() {
        if (!landed) {
            work.dispose();
            writer.abort(new AbandonedException());
        }
    }

    private String route() {
        return target.upstream().route();
    }

    private void finish() {
        abandonment.dispose();
        supply.end();
        end.tryEmitEmpty();
    }

    // --- when nobody reads it

    private void abandon() {
        abandoned = true;
        BlobFeed current = feed.get();
        if (current != null) {
            current.stop(new AbandonedException());
        }
    }
}
