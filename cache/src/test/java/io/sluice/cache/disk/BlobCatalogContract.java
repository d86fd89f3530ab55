package io.sluice.cache.disk;

import static io.sluice.cache.manifest.Samples.digest;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cache.disk.BlobCatalog.Entry;
import io.sluice.oci.Digest;
import io.sluice.oci.Digest.Algorithm;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every {@link BlobCatalog} promises. */
public abstract class BlobCatalogContract {

    private static final Entry LARGE = new Entry(10L << 30, 490_000, true);
    private static final Entry SMALL = new Entry(0, 490_001, false);

    /** Opens the catalog under test, which is the same one throughout a test, and empty at first. */
    protected abstract BlobCatalog open();

    @Test
    void itIsEmptyAtFirst() {
        assertThat(shown()).isEmpty();
    }

    @Test
    void whatWasPutIsShownAsItWas() {
        Digest longDigest = Digest.hash(Algorithm.SHA512, new byte[1]);
        change(catalog -> {
            catalog.put(digest(1), LARGE);
            catalog.put(digest(2), SMALL);
            catalog.put(longDigest, LARGE);
        });

        assertThat(shown()).isEqualTo(Map.of(digest(1), LARGE, digest(2), SMALL, longDigest, LARGE));
    }

    @Test
    void theLastChangeCounts() {
        change(catalog -> {
            catalog.put(digest(1), SMALL);
            catalog.put(digest(1), LARGE);
            catalog.put(digest(2), SMALL);
            catalog.remove(digest(2));
            catalog.remove(digest(3));
            catalog.put(digest(3), SMALL);
        });
        assertThat(shown()).isEqualTo(Map.of(digest(1), LARGE, digest(3), SMALL));

        change(catalog -> {
            catalog.put(digest(1), SMALL);
            catalog.remove(digest(3));
            catalog.remove(digest(4));
        });
        assertThat(shown()).isEqualTo(Map.of(digest(1), SMALL));
    }

    @Test
    void manyChangesInARowAreAllThere() {
        change(catalog -> IntStream.range(0, 20_000).forEach(i -> catalog.put(digest(i), new Entry(i, i, i % 2 == 0))));
        change(catalog -> IntStream.range(0, 5_000).forEach(i -> catalog.remove(digest(i))));

        Map<Digest, Entry> shown = shown();
        assertThat(shown).hasSize(15_000);
        IntStream.range(5_000, 20_000)
                .forEach(i -> assertThat(shown).containsEntry(digest(i), new Entry(i, i, i % 2 == 0)));
    }

    @Test
    void aClosedCatalogTakesNothingMore() {
        BlobCatalog catalog = open();
        catalog.put(digest(1), SMALL);
        catalog.close();
        catalog.close();

        catalog.put(digest(2), SMALL);
        catalog.remove(digest(1));

        assertThat(shown()).isEqualTo(Map.of(digest(1), SMALL));
    }

    @Test
    void itSaysWhatItTakesOnDisk() {
        change(catalog -> IntStream.range(0, 1_000).forEach(i -> catalog.put(digest(i), SMALL)));

        try (BlobCatalog catalog = open()) {
            assertThat(catalog.bytes()).isBetween(32_000L, 10_000_000L);
        }
    }

    private void change(Consumer<BlobCatalog> changes) {
        try (BlobCatalog catalog = open()) {
            catalog.load((digest, entry) -> {});
            changes.accept(catalog);
        }
    }

    private Map<Digest, Entry> shown() {
        try (BlobCatalog catalog = open()) {
            return shownBy(catalog);
        }
    }

    /** All that a catalog shows. */
    public static Map<Digest, Entry> shownBy(BlobCatalog catalog) {
        Map<Digest, Entry> shown = new HashMap<>();
        catalog.load((digest, entry) -> assertThat(shown.put(digest, entry))
                .as("%s is shown once", digest)
                .isNull());
        return shown;
    }
}
