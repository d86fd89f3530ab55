package io.sluice.gateway.pull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.cache.blob.BlobReader;
import io.sluice.cache.blob.BlobStoreException;
import io.sluice.cache.blob.BlobWriter;
import io.sluice.gateway.error.UpstreamTimeoutException;
import io.sluice.gateway.pull.BlobSettings.Slowest;
import io.sluice.gateway.upstream.Registry;
import io.sluice.testing.Images;
import io.sluice.testing.Images.Content;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

class BlobFeedTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Slowest PATIENT = new Slowest(1, Duration.ofMinutes(1));
    private static final ByteBudget NOTHING_SHARED = new ByteBudget(0);
    private static final int PIECE = 1000;

    @TempDir
    private Path directory;

    private final Content blob = Images.layer(300 * PIECE, 20);
    private TestBlobs blobs;
    private BlobWriter writer;

    @BeforeEach
    void open() {
        blobs = TestBlobs.open(directory, 1 << 30);
        writer = Objects.requireNonNull(blobs.write(BlobRig.digest(blob)).block(LIMIT));
        writer.arrive(blob.bytes().length).block(LIMIT);
    }

    @AfterEach
    void close() {
        blobs.close();
    }

    private List<ByteBuf> pieces() {
        return IntStream.range(0, 300)
                .mapToObj(i -> Unpooled.copiedBuffer(blob.bytes(), i * PIECE, PIECE))
                .toList();
    }

    /** As a source releases what it has passed on. */
    private static void releaseAll(List<ByteBuf> pieces) {
        pieces.forEach(ByteBuf::release);
    }

    @Test
    void allOfABodyIsWrittenInItsOrder() {
        List<ByteBuf> pieces = pieces();

        new BlobFeed(writer, 0, PATIENT, NOTHING_SHARED)
                .take(Flux.fromIterable(pieces))
                .block(LIMIT);
        releaseAll(pieces);

        assertThat(pieces).allMatch(piece -> piece.refCnt() == 0);
        writer.commit().block(LIMIT);
        assertThat(blobs.size(BlobRig.digest(blob)).block(LIMIT)).isEqualTo(300 * PIECE);
    }

    @Test
    void whatIsThereAlreadyIsPassedOver() {
        List<ByteBuf> pieces = pieces();
        List<ByteBuf> first = pieces.subList(0, 150);
        new BlobFeed(writer, 0, PATIENT, NOTHING_SHARED)
                .take(Flux.fromIterable(first))
                .block(LIMIT);
        List<ByteBuf> again = pieces();

        new BlobFeed(writer, 150 * PIECE, PATIENT, NOTHING_SHARED)
                .take(Flux.fromIterable(again))
                .block(LIMIT);
        releaseAll(pieces);
        releaseAll(again);

        writer.commit().block(LIMIT);
        assertThat(again).allMatch(piece -> piece.refCnt() == 0);
    }

    @Test
    @DisplayName("K12: when the disk fails the body is left, and no buffer is held")
    void aFailingDiskEndsIt() {
        List<ByteBuf> pieces = pieces();
        TestPublisher<ByteBuf> body = TestPublisher.create();
        blobs.fullAfter(100 * PIECE);

        Mono<Void> written = new BlobFeed(writer, 0, PATIENT, NOTHING_SHARED).take(body.flux());
        StepVerifier.create(written)
                .then(() -> pieces.subList(0, 64).forEach(body::next))
                .then(() -> await().atMost(LIMIT).until(() -> writer.written() == 64 * PIECE))
                .then(() -> pieces.subList(64, 128).forEach(body::next))
                .expectError(BlobStoreException.class)
                .verify(LIMIT);

        body.assertCancelled();
        releaseAll(pieces);
        assertThat(writer.written()).isLessThanOrEqualTo(100 * PIECE);
        await().atMost(LIMIT).until(() -> pieces.stream().allMatch(piece -> piece.refCnt() == 0));
        writer.abort(new IllegalStateException("the test is over"));
    }

    @Test
    @DisplayName(
            "while the disk takes nothing no more than half a MiB arrives or is asked for, however short the buffers"
                    + " are")
    void aDiskThatTakesNothingBoundsWhatIsAskedFor() {
        Executor threads = writer.threads();
        CountDownLatch slow = new CountDownLatch(1);
        IntStream.range(0, 64).forEach(i -> threads.execute(() -> awaitUninterruptibly(slow)));
        AtomicLong asked = new AtomicLong();
        Sinks.Many<ByteBuf> body = Sinks.many().unicast().onBackpressureBuffer();
        List<ByteBuf> pieces = pieces();

        Flux<ByteBuf> source = body.asFlux().doOnRequest(asked::addAndGet);
        StepVerifier.create(new BlobFeed(writer, 0, PATIENT, NOTHING_SHARED).take(source))
                .then(() -> pieces.forEach(body::tryEmitNext))
                .then(() -> assertThat(300 * PIECE + (asked.get() - 300) * Registry.LONGEST_BUFFER)
                        .isLessThanOrEqualTo(512 * 1024))
                .then(slow::countDown)
                .then(body::tryEmitComplete)
                .expectComplete()
                .verify(LIMIT);

        releaseAll(pieces);
        writer.commit().block(LIMIT);
    }

    @Test
    void moreIsAskedForWhileTheCommonRoomLastsAndThatIsGivenBack() {
        ByteBudget shared = new ByteBudget(BlobFeed.MORE);
        AtomicLong asked = new AtomicLong();
        Sinks.Many<ByteBuf> body = Sinks.many().unicast().onBackpressureBuffer();

        StepVerifier.create(new BlobFeed(writer, 0, PATIENT, shared)
                        .take(body.asFlux().doOnRequest(asked::addAndGet)))
                .then(() -> assertThat(asked.get() * Registry.LONGEST_BUFFER).isEqualTo(2 * 1024 * 1024))
                .then(() -> assertThat(shared.taken()).isEqualTo(BlobFeed.MORE))
                .then(body::tryEmitComplete)
                .expectComplete()
                .verify(LIMIT);

        assertThat(shared.taken()).isZero();
        writer.abort(new IllegalStateException("the test is over"));
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aCrowdHasItsBeginningsBeforeTheRestIsWritten() {
        List<ByteBuf> pieces = pieces();
        Sinks.Many<ByteBuf> body = Sinks.many().unicast().onBackpressureBuffer();
        List<BlobReader> crowd =
                IntStream.range(0, 400).mapToObj(i -> writer.reader()).toList();
        AtomicLong begun = new AtomicLong();
        crowd.getFirst().ready(0, 1).subscribe(ready -> begun.set(System.nanoTime()));

        Mono<Void> written = new BlobFeed(writer, 0, PATIENT, NOTHING_SHARED)
                .take(body.asFlux())
                .cache();
        written.subscribe();
        pieces.subList(0, 100).forEach(body::tryEmitNext);
        await().atMost(LIMIT).until(() -> begun.get() != 0);
        pieces.subList(100, 300).forEach(body::tryEmitNext);
        body.tryEmitComplete();
        written.block(LIMIT);

        assertThat(System.nanoTime() - begun.get())
                .isGreaterThanOrEqualTo(Duration.ofMillis(20).toNanos());
        assertThat(writer.written()).isEqualTo(300 * PIECE);
        releaseAll(pieces);
        crowd.forEach(BlobReader::close);
        writer.abort(new IllegalStateException("the test is over"));
    }

    @Test
    @DisplayName("C02: one that is stopped writes what has arrived, and leaves the body")
    void oneThatIsStoppedWritesWhatHasArrived() {
        List<ByteBuf> pieces = pieces();
        TestPublisher<ByteBuf> body = TestPublisher.create();
        BlobFeed feed = new BlobFeed(writer, 0, PATIENT, NOTHING_SHARED);

        StepVerifier.create(feed.take(body.flux()))
                .then(() -> body.next(pieces.get(0), pieces.get(1), pieces.get(2)))
                .then(() -> feed.stop(new IllegalStateException("enough")))
                .expectErrorMessage("enough")
                .verify(LIMIT);

        body.assertCancelled();
        assertThat(writer.written()).isEqualTo(3 * PIECE);
        releaseAll(pieces);
        writer.abort(new IllegalStateException("the test is over"));
    }

    @Test
    @DisplayName("U31: a body of which too little comes is too slow")
    void aBodyOfWhichTooLittleComesIsTooSlow() {
        Sinks.Many<ByteBuf> body = Sinks.many().unicast().onBackpressureBuffer();

        StepVerifier.create(new BlobFeed(writer, 0, new Slowest(PIECE, Duration.ofMillis(100)), NOTHING_SHARED)
                        .take(body.asFlux()))
                .expectError(UpstreamTimeoutException.class)
                .verify(LIMIT);
        writer.abort(new IllegalStateException("the test is over"));
    }
}
