package io.sluice.cache.disk;

import static io.sluice.cache.manifest.Samples.digest;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cache.disk.BlobIndex.Entry;
import io.sluice.cache.disk.BlobIndex.Position;
import io.sluice.oci.Digest;
import io.sluice.oci.Digest.Algorithm;
import io.sluice.testing.MovableClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the index promises, but for the order in which blobs leave. */
class S3FifoIndexTest {

    private static final long GIBIBYTE = 1L << 30;

    private final MovableClock clock = new MovableClock();
    private final MemoryCatalog catalog = new MemoryCatalog();
    private final BlobIndex index = S3FifoIndex.load(catalog, clock);

    @Test
    void whatWasAddedIsThereUntilItIsRemoved() {
        assertThat(index.size(digest(1))).isEqualTo(-1);
        assertThat(index.add(digest(1), 10 * GIBIBYTE, false)).isTrue();
        assertThat(index.add(digest(2), 0, false)).isTrue();

        assertThat(index.size(digest(1))).isEqualTo(10 * GIBIBYTE);
        assertThat(index.size(digest(2))).isZero();
        assertThat(index.count()).isEqualTo(2);
        assertThat(index.bytes()).isEqualTo(10 * GIBIBYTE);

        assertThat(index.remove(digest(1))).isEqualTo(10 * GIBIBYTE);
        assertThat(index.remove(digest(1))).isEqualTo(-1);
        assertThat(index.size(digest(1))).isEqualTo(-1);
        assertThat(index.count()).isOne();
        assertThat(index.bytes()).isZero();
    }

    @Test
    void whatIsThereIsNotAddedAgain() {
        index.add(digest(1), 5, false);

        assertThat(index.add(digest(1), 7, true)).isFalse();

        assertThat(index.size(digest(1))).isEqualTo(5);
        assertThat(index.bytes()).isEqualTo(5);
        assertThat(index.isVerified(digest(1))).isFalse();
    }

    @Test
    void longDigestsAreNotMistakenForShortOnesThatTheyBeginWith() {
        String half = digest(1).hex();
        Digest first = new Digest(Algorithm.SHA512, half + digest(2).hex());
        Digest second = new Digest(Algorithm.SHA512, half + digest(3).hex());
        index.add(first, 1, false);
        assertThat(index.size(digest(1))).isEqualTo(-1);
        assertThat(index.size(second)).isEqualTo(-1);

        index.add(digest(1), 2, false);
        index.add(second, 3, false);
        assertThat(Walk.over(index))
                .containsExactlyInAnyOrder(new Entry(first, 1), new Entry(digest(1), 2), new Entry(second, 3));

        index.remove(first);
        assertThat(Walk.over(index)).containsExactlyInAnyOrder(new Entry(digest(1), 2), new Entry(second, 3));
    }

    @Test
    void aBlobIsVerifiedWhenItWasHashedSinceTheStart() {
        index.add(digest(1), 1, true);
        index.add(digest(2), 2, false);
        assertThat(index.isVerified(digest(1))).isTrue();
        assertThat(index.isVerified(digest(2))).isFalse();
        assertThat(index.isVerified(digest(3))).isFalse();

        index.verified(digest(2));
        index.verified(digest(3));
        assertThat(index.isVerified(digest(2))).isTrue();
        assertThat(index.isVerified(digest(3))).isFalse();

        index.remove(digest(2));
        index.add(digest(2), 2, false);
        assertThat(index.isVerified(digest(2))).isFalse();
        assertThat(S3FifoIndex.load(catalog, clock).isVerified(digest(1))).isFalse();
    }

    @Test
    void whatIsPinnedNeverLeavesWhetherItIsThereOrComesLater() {
        index.pin(digest(1));
        index.add(digest(1), 1, false);
        index.add(digest(2), 2, false);
        index.add(digest(3), 3, false);
        index.pin(digest(2));

        assertThat(index.evict()).isEqualTo(new Entry(digest(3), 3));
        assertThat(index.evict()).isNull();
        assertThat(index.bytes()).isEqualTo(3);
        assertThat(index.count()).isEqualTo(2);
    }

    @Test
    void aPinOutlivesTheBlob() {
        index.add(digest(1), 1, false);
        index.pin(digest(1));
        index.pin(digest(1));
        assertThat(index.remove(digest(1))).isOne();
        index.add(digest(1), 1, false);
        index.use(digest(1));

        assertThat(index.evict()).isNull();
    }

    @Test
    void manyPinnedBlobsAreNoBurden() {
        IntStream.range(0, 100_000).forEach(i -> {
            index.add(digest(i), 1, false);
            index.pin(digest(i));
        });
        index.add(digest(-1), 7, false);

        assertThat(index.evict()).isEqualTo(new Entry(digest(-1), 7));
        IntStream.range(0, 100_000).forEach(i -> assertThat(index.evict()).isNull());
        assertThat(index.bytes()).isEqualTo(100_000);
    }

    @Test
    void everythingCanLeave() {
        IntStream.range(0, 20_000).forEach(i -> {
            index.add(digest(i), i, false);
            for (int use = 0; use < 1 + i % 5; use++) {
                index.use(digest(i));
            }
        });

        List<Entry> left = new ArrayList<>();
        for (Entry entry = index.evict(); entry != null; entry = index.evict()) {
            left.add(entry);
        }

        assertThat(left).hasSize(20_000).doesNotHaveDuplicates();
        assertThat(index.count()).isZero();
        assertThat(index.bytes()).isZero();
        assertThat(catalog.entries()).isEmpty();
    }

    @Test
    void aWalkMeetsAllThatStayWhateverElseHappens() {
        IntStream.range(0, 20_000).forEach(i -> index.add(digest(i), i, false));
        IntStream.range(5_000, 19_000).forEach(i -> index.remove(digest(i)));
        Position position = new Position();
        List<Entry> met = new ArrayList<>();
        for (int i = 0; i < 2_500; i++) {
            met.add(index.next(position));
        }
        IntStream.range(5_000, 6_000).forEach(i -> index.add(digest(i), i, false));
        IntStream.range(0, 1_000).forEach(i -> index.remove(digest(i)));

        met.addAll(Walk.on(index, position));

        assertThat(met).doesNotHaveDuplicates();
        IntStream.concat(IntStream.range(1_000, 5_000), IntStream.range(19_000, 20_000))
                .forEach(i -> assertThat(met).contains(new Entry(digest(i), i)));
        assertThat(index.next(position)).isNull();
    }

    @Test
    void aRestartFindsWhatWasThere() {
        index.add(digest(1), 10 * GIBIBYTE, false);
        index.add(digest(2), 2, true);
        index.add(digest(3), 3, true);
        index.remove(digest(2));

        BlobIndex after = S3FifoIndex.load(catalog, clock);

        assertThat(Walk.over(after))
                .containsExactlyInAnyOrder(new Entry(digest(1), 10 * GIBIBYTE), new Entry(digest(3), 3));
        assertThat(after.count()).isEqualTo(2);
        assertThat(after.bytes()).isEqualTo(10 * GIBIBYTE + 3);
    }

    @Test
    void aUseIsNotedOnceAnHourAndWhenItIsTheFirst() {
        int hour = (int) (clock.millis() / 3_600_000);
        index.add(digest(1), 9, false);
        assertThat(catalog.entries()).containsEntry(digest(1), new BlobCatalog.Entry(9, hour, false));

        index.use(digest(1));
        index.use(digest(1));
        index.use(digest(2));
        assertThat(catalog.entries()).containsOnlyKeys(digest(1));
        assertThat(catalog.entries()).containsEntry(digest(1), new BlobCatalog.Entry(9, hour, true));
        assertThat(catalog.puts()).isEqualTo(2);

        clock.advance(Duration.ofHours(5));
        index.use(digest(1));
        index.use(digest(1));
        assertThat(catalog.entries()).containsEntry(digest(1), new BlobCatalog.Entry(9, hour + 5, true));
        assertThat(catalog.puts()).isEqualTo(3);
    }
}
