package io.sluice.cache.embedded;

import static io.sluice.cache.manifest.Samples.ALPINE;
import static io.sluice.cache.manifest.Samples.NOON;
import static io.sluice.cache.manifest.Samples.digest;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.sluice.cache.ContentKey;
import io.sluice.cache.embedded.Shelf.Held;
import io.sluice.cache.embedded.Shelf.Limit;
import io.sluice.cache.manifest.Proof;
import io.sluice.cache.record.ProofFormat;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Memory and disk together, while the disk is held up. */
class ShelfTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final int CAPACITY = 4;
    private static final ContentKey KEY = new ContentKey(ALPINE, digest(1));
    private static final Proof OLD = new Proof(NOON, null, 1);
    private static final Proof NEW = new Proof(NOON, null, 2);

    private final Faults faults = new Faults();
    private final RecordFile file = RecordFile.open(null, Clock.systemUTC(), faults);
    private final DiskThread disk = new DiskThread("sluice-cache-disk", file, faults, CAPACITY);
    private final Cache<ContentKey, Held<Proof>> memory =
            Caffeine.newBuilder().maximumSize(1000).build();
    private final Shelf<ContentKey, Proof> shelf = new Shelf<>(
            new ProofFormat(), memory, new Limit(1000, use -> 1, Duration.ofDays(30)), disk, faults, Clock.systemUTC());
    private final CountDownLatch hold = new CountDownLatch(1);

    @AfterEach
    void close() {
        hold.countDown();
        disk.close();
        file.close();
    }

    private void holdTheDiskUp() throws InterruptedException {
        CountDownLatch held = new CountDownLatch(1);
        disk.read(file -> {
            held.countDown();
            return awaitRelease();
        });
        assertThat(held.await(10, TimeUnit.SECONDS)).isTrue();
    }

    private boolean awaitRelease() {
        try {
            return hold.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException("the disk's thread was interrupted", e);
        }
    }

    @Test
    void aHitInMemoryNeedsNoDisk() throws InterruptedException {
        keep(KEY, OLD).block(SOON);
        holdTheDiskUp();

        assertThat(shelf.find(KEY).block(SOON)).isEqualTo(OLD);
    }

    @Test
    void aChangeIsSeenBeforeItIsOnDisk() throws InterruptedException {
        holdTheDiskUp();

        keep(KEY, NEW).subscribe();
        assertThat(shelf.find(KEY).block(SOON)).isEqualTo(NEW);
        shelf.remove(KEY).subscribe();
        assertThat(shelf.find(KEY).blockOptional(SOON)).isEmpty();
    }

    @Test
    void whatWasReadBeforeAChangeDoesNotHideTheChange() throws InterruptedException {
        keep(KEY, OLD).block(SOON);
        memory.invalidateAll();
        holdTheDiskUp();
        Mono<Proof> readBefore = shelf.find(KEY).cache();
        readBefore.subscribe();
        keep(KEY, NEW).subscribe();
        memory.invalidateAll();

        hold.countDown();

        assertThat(readBefore.block(SOON)).isEqualTo(OLD);
        assertThat(shelf.find(KEY).block(SOON)).isEqualTo(NEW);
    }

    @Test
    @DisplayName("T12: a proof that was revoked while it was read is not there again afterwards")
    void whatWasReadBeforeARemovalDoesNotComeBack() throws InterruptedException {
        keep(KEY, OLD).block(SOON);
        memory.invalidateAll();
        holdTheDiskUp();
        Mono<Proof> readBefore = shelf.find(KEY).cache();
        readBefore.subscribe();
        Mono<Void> removed = shelf.remove(KEY).cache();
        removed.subscribe();

        hold.countDown();

        assertThat(readBefore.block(SOON)).isEqualTo(OLD);
        removed.block(SOON);
        assertThat(shelf.find(KEY).blockOptional(SOON)).isEmpty();
    }

    @Test
    void whatFindsNoPlaceInTheQueueIsAMissOrIsNotWritten() throws InterruptedException {
        keep(KEY, OLD).block(SOON);
        memory.invalidateAll();
        holdTheDiskUp();
        IntStream.range(0, CAPACITY).forEach(i -> disk.read(file -> null));

        assertThat(shelf.find(KEY).blockOptional(SOON)).isEmpty();
        keep(KEY, NEW).block(SOON);
        assertThat(shelf.find(KEY).block(SOON)).isEqualTo(NEW);
        assertThat(faults.counts()).containsEntry(StoreFault.OVERLOADED, 2L);

        Mono<Void> removed = shelf.remove(KEY).cache();
        removed.subscribe();
        hold.countDown();
        removed.block(SOON);
        memory.invalidateAll();
        assertThat(shelf.find(KEY).blockOptional(SOON)).isEmpty();
    }

    @Test
    @DisplayName("Promise 5: a disk that hangs is a miss, and nobody waits for it for ever")
    void aDiskThatHangsIsAMiss() throws InterruptedException {
        holdTheDiskUp();

        StepVerifier.withVirtualTime(() -> shelf.find(KEY))
                .thenAwait(DiskThread.PATIENCE)
                .expectComplete()
                .verify(SOON);
        StepVerifier.withVirtualTime(() -> keep(KEY, NEW))
                .thenAwait(DiskThread.PATIENCE)
                .expectComplete()
                .verify(SOON);
        assertThat(faults.counts()).containsEntry(StoreFault.OVERLOADED, 2L);
    }

    @Test
    void theBytesThatWaitAreLimitedToo() throws InterruptedException {
        holdTheDiskUp();
        Mono<Void> large = disk.write(file -> null, DiskThread.MAX_WAITING_BYTES);

        disk.write(file -> null, 1).block(SOON);
        assertThat(faults.counts()).containsEntry(StoreFault.OVERLOADED, 1L);
        hold.countDown();
        large.block(SOON);
        disk.write(file -> null, DiskThread.MAX_WAITING_BYTES).block(SOON);

        assertThat(faults.counts()).containsEntry(StoreFault.OVERLOADED, 1L);
    }

    @Test
    void workThatFailsIsAMissAndTheNextIsDone() {
        Mono<String> failing = disk.read(file -> {
            throw new IllegalStateException("broken");
        });

        assertThat(failing.blockOptional(SOON)).isEmpty();
        assertThat(disk.<String>read(file -> "done").block(SOON)).isEqualTo("done");
        assertThat(faults.counts()).containsEntry(StoreFault.FAILURE, 1L);
    }

    @Test
    void answersFromDiskDoNotRunOnTheDisksThread() {
        List<String> threads = List.of(disk.read(file -> Thread.currentThread().getName())
                .map(name -> name + " " + Thread.currentThread().getName())
                .blockOptional(SOON)
                .orElseThrow()
                .split(" "));

        assertThat(threads.getFirst()).isEqualTo("sluice-cache-disk");
        assertThat(threads.getLast()).startsWith("parallel-");
    }

    private Mono<Void> keep(ContentKey key, Proof proof) {
        return shelf.putAll(Map.of(key, proof));
    }
}
