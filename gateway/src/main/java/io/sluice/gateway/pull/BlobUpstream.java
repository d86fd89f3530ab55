package io.sluice.gateway.pull;

import io.netty.buffer.ByteBuf;
import io.sluice.cache.manifest.Proof;
import io.sluice.gateway.error.InvalidContentException;
import io.sluice.gateway.error.PullException;
import io.sluice.gateway.error.UpstreamProtocolException;
import io.sluice.gateway.error.UpstreamStatusException;
import io.sluice.gateway.metrics.GatewayMetrics;
import io.sluice.gateway.metrics.Kind;
import io.sluice.gateway.pull.BlobSettings.Resuming;
import io.sluice.gateway.upstream.RegistryRequest;
import io.sluice.gateway.upstream.RegistryRequest.Method;
import io.sluice.gateway.upstream.ResponseHead;
import io.sluice.gateway.upstream.ResponseReader;
import io.sluice.oci.Digest;
import io.sluice.oci.MediaTypes;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.retry.Retry;

/** Blobs at the upstream: asked for by HEAD, fetched by GET from an offset on. What the head of an answer says is judged. */
final class BlobUpstream {

    private static final Logger LOG = LoggerFactory.getLogger(BlobUpstream.class);

    /** What some bodies may have waiting beyond what each may, bytes: five times as much as one of them takes. */
    private static final long WAITING = 8L * 1024 * 1024;

    private static final String FIRST_BYTE = "bytes=0-0";
    private static final int PARTIAL_CONTENT = 206;

    private final RepositoryAccess access;
    private final Resuming resuming;
    private final GatewayMetrics metrics;
    private final Clock clock;
    private final ByteBudget waiting = new ByteBudget(WAITING);

    BlobUpstream(RepositoryAccess access, Resuming resuming, GatewayMetrics metrics, Clock clock) {
        this.access = access;
        this.resuming = resuming;
        this.metrics = metrics;
        this.clock = clock;
    }

    /**
     * A body that begins where it was asked to, or, where the upstream gives no ranges, before that.
     *
     * @param size the length of the whole blob, bytes, or -1 when nobody has said it
     * @param before how many bytes come before the first one that was asked for
     * @param body the body; its source releases the buffers
     */
    record Opened(long size, long before, Flux<ByteBuf> body) {

        /**
         * The same, of a blob whose length is known.
         *
         * @param known bytes, or -1
         * @throws InvalidContentException when the length is another one
         */
        Opened ofLength(long known) {
            return new Opened(agreed(size, known), before, body);
        }
    }

    /** What all bodies together may have waiting for the disk, beyond what each of them may. */
    ByteBudget waiting() {
        return waiting;
    }

    /** The upstream's yes for a blob, with its length where it says it. */
    Mono<Proof> ask(PullTarget target, Digest digest) {
        Mono<Long> size = target.upstream()
                .registry()
                .send(
                        RegistryRequest.blob(Method.HEAD, target.name(), digest, null),
                        (head, body) -> Mono.just(head.contentLength()))
                .onErrorResume(BlobUpstream::isUnauthorized, refused -> askForTheFirstByte(target, digest));
        return size.zipWith(access.namedSize(target, digest), this::proof);
    }

    /** Some registries answer 401 to a HEAD of a blob in spite of a fresh token, but not to a GET (distribution#4383). */
    private static Mono<Long> askForTheFirstByte(PullTarget target, Digest digest) {
        return target.upstream()
                .registry()
                .send(
                        RegistryRequest.blob(Method.GET, target.name(), digest, FIRST_BYTE),
                        (head, body) -> Mono.just(sizeOfWhole(head)));
    }

    private static long sizeOfWhole(ResponseHead head) {
        if (head.status() != PARTIAL_CONTENT) {
            return head.contentLength();
        }
        ContentRange range = ContentRange.of(head);
        return range == null ? -1 : range.size();
    }

    private static boolean isUnauthorized(Throwable failure) {
        return failure instanceof UpstreamStatusException answer && answer.status() == 401;
    }

    /**
     * Keeps that the repository has a blob: the upstream has just sent its head.
     *
     * @param named what a manifest said of the length, bytes, or -1; it is not forgotten
     */
    Mono<Void> prove(PullTarget target, Digest digest, long size, long named) {
        return access.prove(target, Map.of(digest, proof(size, named)));
    }

    private Proof proof(long size, long named) {
        return new Proof(clock.instant(), MediaTypes.OCTET_STREAM, size, named);
    }

    /**
     * Fetches a blob from an offset on.
     *
     * @param from the first byte that is wanted
     * @param size how long the blob is known to be, bytes, or -1
     * @param reader what to do with it; an answer that is not what was asked for does not get there, and fails (U30)
     */
    <T> Mono<T> from(PullTarget target, Digest digest, long from, long size, Function<Opened, Mono<T>> reader) {
        String range = from == 0 ? null : "bytes=" + from + "-";
        return get(target, digest, range, (head, body) -> reader.apply(opened(head, body, from, size)))
                .onErrorMap(
                        BlobUpstream::isUnsatisfiable,
                        failure -> new UpstreamProtocolException("the upstream has nothing from byte " + from + " on"));
    }

    private static boolean isUnsatisfiable(Throwable failure) {
        return failure instanceof UpstreamStatusException answer && answer.status() == 416;
    }

    /** The same as a stream, which is {@link #resumed}; whoever leaves it closes the connection. */
    Flux<ByteBuf> stream(PullTarget target, Digest digest, long from, long size) {
        return resumed(target, digest, once(target, digest, from, size), from, size);
    }

    /**
     * A body that passes through, and goes on where it breaks off, on another connection (U06, U07, U08). Back-pressure
     * passes through as well.
     *
     * @param body the body, of which nothing has been read
     * @param from where it begins
     * @param size how long the whole blob is, bytes, or -1
     */
    Flux<ByteBuf> resumed(PullTarget target, Digest digest, Flux<ByteBuf> body, long from, long size) {
        return Flux.defer(() -> {
            AtomicBoolean begun = new AtomicBoolean();
            AtomicLong at = new AtomicLong(from);
            Resumes resumes = new Resumes(resuming, from);
            return Flux.defer(() -> begun.getAndSet(true) ? once(target, digest, at.get(), size) : body)
                    .doOnNext(chunk -> at.addAndGet(chunk.readableBytes()))
                    .concatWith(Mono.defer(() -> requireAll(at.get(), size)))
                    .retryWhen(Retry.from(failures ->
                            failures.concatMap(signal -> pause(target, digest, resumes, at.get(), signal.failure()))));
        });
    }

    /** What is announced for a blob, or came for it, is not what it should be (T01, U11). */
    void rejected(PullTarget target, Throwable wrong) {
        String route = target.upstream().route();
        LOG.warn("{}: a blob is rejected: {}", route, wrong.getMessage());
        metrics.rejectedContent(route, Kind.BLOB);
    }

    /** The bytes are wrong; whoever sent them is not the first to be asked for them again (T01). */
    void sentWrong(PullTarget target, Digest digest, Throwable mismatch) {
        rejected(target, mismatch);
        target.upstream().registry().distrust(digest);
    }

    /** A body without a length of its own may end early without anyone noticing. */
    static <T> Mono<T> requireAll(long came, long size) {
        return came < size
                ? Mono.error(
                        new UpstreamProtocolException("the upstream ended a blob of " + size + " bytes after " + came))
                : Mono.empty();
    }

    /**
     * The pause before a body that broke off goes on.
     *
     * @param at where it broke off
     * @return ends after the pause, or with the failure when it is not to go on
     */
    Mono<Long> pause(PullTarget target, Digest digest, Resumes resumes, long at, Throwable failure) {
        Optional<Duration> pause = failure instanceof PullException ? resumes.next(at) : Optional.empty();
        pause.ifPresent(resumed -> {
            LOG.debug("{}: goes on from byte {} after: {}", digest, at, failure.getMessage());
            metrics.resumedBlob(target.upstream().route());
        });
        return pause.map(Mono::delay).orElseGet(() -> Mono.error(failure));
    }

    private Flux<ByteBuf> once(PullTarget target, Digest digest, long from, long size) {
        return Flux.defer(() -> {
            Sinks.One<Opened> head = Sinks.one();
            Sinks.Empty<Void> end = Sinks.empty();
            Disposable exchange = this.<Void>from(target, digest, from, size, opened -> {
                        head.tryEmitValue(opened);
                        return end.asMono();
                    })
                    .subscribe(nothing -> {}, head::tryEmitError);
            return head.asMono()
                    .flatMapMany(opened -> skip(opened.body(), opened.before()))
                    .doOnTerminate(end::tryEmitEmpty)
                    .doOnCancel(exchange::dispose);
        });
    }

    private static Flux<ByteBuf> skip(Flux<ByteBuf> body, long bytes) {
        long[] left = {bytes};
        return body.filter(chunk -> {
            int skipped = (int) Math.min(left[0], chunk.readableBytes());
            left[0] -= skipped;
            return chunk.skipBytes(skipped).isReadable();
        });
    }

    /** Sends a GET; what arrives is counted, and the registry's no takes away the proof. */
    <T> Mono<T> get(PullTarget target, Digest digest, @Nullable String range, ResponseReader<T> reader) {
        String route = target.upstream().route();
        return target.upstream()
                .registry()
                .send(
                        RegistryRequest.blob(Method.GET, target.name(), digest, range),
                        (head, body) -> reader.read(
                                head, body.doOnNext(chunk -> metrics.fetched(route, Kind.BLOB, chunk.readableBytes()))))
                .onErrorResume(
                        UpstreamStatusException.class,
                        failure -> access.revokeAfter(failure, target, digest).then(Mono.error(failure)));
    }

    /** @throws InvalidContentException when the length is not the one that is known */
    static Opened opened(ResponseHead head, Flux<ByteBuf> body, long from, long size) {
        if (head.status() == PARTIAL_CONTENT) {
            return new Opened(sizeOfRest(head, from, size), 0, body);
        }
        return new Opened(agreed(head.contentLength(), size), from, body);
    }

    private static long sizeOfRest(ResponseHead head, long from, long size) {
        ContentRange range = ContentRange.of(head);
        if (range == null || range.first() != from || range.last() != range.size() - 1) {
            throw new UpstreamProtocolException("the upstream sent " + (range == null ? "an unknown range" : range)
                    + " where the rest from byte " + from + " was asked for");
        }
        return agreed(range.size(), size);
    }

    private static long agreed(long announced, long known) {
        long size = announced < 0 ? known : announced;
        if (known >= 0 && size != known || size > BlobFeed.MAX_SIZE) {
            throw new InvalidContentException("the upstream announces a blob of " + size + " bytes, expected were "
                    + (known < 0 ? "at most " + BlobFeed.MAX_SIZE : known));
        }
        return size;
    }
}
