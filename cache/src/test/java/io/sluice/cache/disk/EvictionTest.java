package io.sluice.cache.disk;

import static io.sluice.cache.manifest.Samples.digest;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cache.disk.BlobIndex.Entry;
import io.sluice.oci.Digest;
import io.sluice.testing.MovableClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The order in which blobs leave. */
class EvictionTest {

    private static final long MEBIBYTE = 1L << 20;
    private static final long GIBIBYTE = 1L << 30;

    private final MovableClock clock = new MovableClock();
    private final MemoryCatalog catalog = new MemoryCatalog();
    private final BlobIndex index = S3FifoIndex.load(catalog, clock);

    /** What would be left if the oldest left first, whatever was used. */
    private final Map<Digest, Long> plainFifo = new LinkedHashMap<>();

    private long plainFifoBytes;

    @Test
    void whatIsUsedAgainSurvivesAScanOfTenTimesItsBytes() {
        long limit = 2_000 * MEBIBYTE;
        IntStream.range(0, 1_000).forEach(i -> pull(digest(i), MEBIBYTE, limit));
        IntStream.range(0, 1_000).forEach(i -> pull(digest(i), MEBIBYTE, limit));
        IntStream.range(1_000, 11_000).forEach(i -> pull(digest(i), MEBIBYTE, limit));

        assertThat(IntStream.range(0, 1_000).filter(i -> isThere(digest(i))))
                .as("plain FIFO keeps %s of them", plainFifoKeeps(1_000))
                .hasSize(1_000);
    }

    @Test
    void whatIsUsedAgainSurvivesAScanOfBlobsOfAllSizes() {
        long limit = 40 * GIBIBYTE;
        Random random = new Random(7);
        IntStream.range(0, 2_000).forEach(i -> pull(digest(i), 1 + random.nextInt(20_000_000), limit));
        IntStream.range(0, 2_000).forEach(i -> pull(digest(i), 1, limit));
        long kept = index.bytes();
        int scanned = 2_000;
        for (long left = 10 * kept; left > 0; scanned++) {
            long size = random.nextInt(10) == 0 ? 1 + random.nextLong(4 * GIBIBYTE) : 1 + random.nextInt(1_000_000);
            pull(digest(scanned), size, limit);
            left -= size;
        }

        assertThat(IntStream.range(0, 2_000).filter(i -> isThere(digest(i))))
                .as("plain FIFO keeps %s of them", plainFifoKeeps(2_000))
                .hasSize(2_000);
    }

    @Test
    @DisplayName("K23: a blob of two images stays while one of them is used, though the other is not")
    void aSharedBlobStaysWhileOneOfItsImagesIsUsed() {
        long limit = 100;
        int other = 10;
        pull(digest(1), 10, limit);
        pull(digest(2), 10, limit);
        for (int round = 0; round < 20; round++) {
            pull(digest(1), 10, limit);
            for (int i = 0; i < 10; i++) {
                pull(digest(other++), 10, limit);
            }
        }

        assertThat(isThere(digest(1))).isTrue();
        assertThat(isThere(digest(2))).isFalse();
    }

    @Test
    void aFreshBlobIsNotTurnedAwayHoweverLargeItIs() {
        long limit = 12 * GIBIBYTE;
        IntStream.range(0, 1_000).forEach(i -> pull(digest(i), 12 * MEBIBYTE, limit));
        IntStream.range(0, 1_000).forEach(i -> pull(digest(i), 12 * MEBIBYTE, limit));

        pull(digest(-1), 10 * GIBIBYTE, limit);
        assertThat(isThere(digest(-1))).isTrue();
        assertThat(index.bytes()).isBetween(11 * GIBIBYTE, limit);

        assertThat(evict().digest()).as("others leave before it").isNotEqualTo(digest(-1));
        pull(digest(-2), 12 * MEBIBYTE, limit);
        pull(digest(-3), GIBIBYTE, limit);
        assertThat(isThere(digest(-1))).as("it leaves when it is used no more").isFalse();
    }

    @Test
    void theNewestLeavesWhenItIsTheLast() {
        index.add(digest(1), 10 * GIBIBYTE, true);
        index.use(digest(1));

        assertThat(evict()).isEqualTo(new Entry(digest(1), 10 * GIBIBYTE));
        assertThat(index.evict()).isNull();
    }

    @Test
    void whatComesBackSoonStaysLonger() {
        long limit = 1_000;
        IntStream.range(0, 100).forEach(i -> pull(digest(i), 10, limit));
        pull(digest(100), 10, limit);
        assertThat(isThere(digest(0))).isFalse();

        pull(digest(0), 10, limit);
        assertThat(catalog.entries().get(digest(0)))
                .satisfies(entry -> assertThat(entry.frequent()).isTrue());
        IntStream.range(1_000, 2_000).forEach(i -> pull(digest(i), 10, limit));
        assertThat(isThere(digest(0))).isTrue();
        assertThat(isThere(digest(100))).isFalse();
    }

    @Test
    void whatWasNeverUsedForLongMakesRoomInTheMainQueueToo() {
        long limit = 1_000;
        IntStream.range(0, 100).forEach(i -> pull(digest(i), 10, limit));
        IntStream.range(0, 100).forEach(i -> pull(digest(i), 10, limit));
        IntStream.range(100, 300).forEach(i -> {
            pull(digest(i), 10, limit);
            pull(digest(i), 10, limit);
        });

        assertThat(IntStream.range(0, 100).filter(i -> isThere(digest(i)))).isEmpty();
        assertThat(IntStream.range(200, 300).filter(i -> isThere(digest(i)))).hasSizeGreaterThan(80);
    }

    @Test
    void theBytesAreBoundWithBlobsOfAllSizes() {
        long limit = 20 * GIBIBYTE;
        Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            long size = random.nextInt(100) == 0 ? 1 + random.nextLong(10 * GIBIBYTE) : random.nextInt(100_000);
            pull(digest(random.nextInt(10_000)), size, limit);
            assertThat(index.bytes()).isLessThanOrEqualTo(limit);
        }
        assertThat(index.bytes()).isEqualTo(bytesOfAll(Walk.over(index)));
    }

    @Test
    void afterARestartWhatWasUsedLongAgoLeavesFirst() {
        for (int i = 0; i < 10; i++) {
            index.add(digest(i), 1, true);
            clock.advance(Duration.ofHours(1));
        }
        index.use(digest(0));
        clock.advance(Duration.ofHours(1));
        index.use(digest(5));

        BlobIndex after = S3FifoIndex.load(catalog, clock);

        List<Digest> left = new ArrayList<>();
        for (Entry entry = after.evict(); entry != null; entry = after.evict()) {
            left.add(entry.digest());
        }
        assertThat(left)
                .containsExactly(
                        digest(1), digest(2), digest(3), digest(4), digest(6), digest(7), digest(8), digest(9),
                        digest(0), digest(5));
    }

    /** As a store does it: a hit is a use, a miss makes room and adds. */
    private void pull(Digest digest, long size, long limit) {
        if (isThere(digest)) {
            index.use(digest);
        } else {
            while (index.bytes() + size > limit) {
                evict();
            }
            index.add(digest, size, true);
        }
        pullPlainly(digest, size, limit);
    }

    private void pullPlainly(Digest digest, long size, long limit) {
        if (!plainFifo.containsKey(digest)) {
            while (plainFifoBytes + size > limit) {
                plainFifoBytes -= Objects.requireNonNull(
                        plainFifo.remove(plainFifo.keySet().iterator().next()));
            }
            plainFifo.put(digest, size);
            plainFifoBytes += size;
        }
    }

    private long plainFifoKeeps(int below) {
        return IntStream.range(0, below)
                .filter(i -> plainFifo.containsKey(digest(i)))
                .count();
    }

    private Entry evict() {
        return Objects.requireNonNull(index.evict());
    }

    private boolean isThere(Digest digest) {
        return index.size(digest) >= 0;
    }

    private static long bytesOfAll(List<Entry> entries) {
        return entries.stream().mapToLong(Entry::size).sum();
    }
}
