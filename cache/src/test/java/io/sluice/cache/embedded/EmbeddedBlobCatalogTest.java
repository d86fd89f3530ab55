package io.sluice.cache.embedded;

import static io.sluice.cache.manifest.Samples.digest;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cache.disk.BlobCatalog;
import io.sluice.cache.disk.BlobCatalog.Entry;
import io.sluice.cache.disk.BlobCatalogContract;
import io.sluice.cache.record.Envelope;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.Arrays;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The catalog in a file: its contract, and what happens when the file or a record is damaged. */
class EmbeddedBlobCatalogTest extends BlobCatalogContract {

    private static final Entry ENTRY = new Entry(5_000_000_000L, 490_000, true);

    private final Faults faults = new Faults();

    @TempDir
    private Path directory;

    @Override
    protected EmbeddedBlobCatalog open() {
        return EmbeddedBlobCatalog.open(path(), Clock.systemUTC(), faults);
    }

    enum Damage {
        BIT_FLIPPED,
        CUT,
        EMPTY,
        OF_A_LATER_VERSION;

        byte[] doneTo(byte[] record) {
            byte[] damaged = record.clone();
            return switch (this) {
                case BIT_FLIPPED -> {
                    damaged[damaged.length - 3] ^= 4;
                    yield damaged;
                }
                case CUT -> Arrays.copyOf(record, record.length - 1);
                case EMPTY -> new byte[0];
                case OF_A_LATER_VERSION -> {
                    damaged[0]++;
                    yield damaged;
                }
            };
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("K10: a damaged record, or one of another version, is left out, is counted, and is removed")
    void aDamagedRecordIsLeftOutAndRemoved(Damage damage) {
        keep(2);
        tamper(damage::doneTo);

        try (BlobCatalog catalog = open()) {
            assertThat(shownBy(catalog)).isEqualTo(Map.of(digest(1), ENTRY));
        }
        assertThat(faults.counts()).containsEntry(StoreFault.UNREADABLE_RECORD, 1L);
        try (RecordFile file = file()) {
            assertThat(file.map("blobs")).hasSize(1);
        }
    }

    @Test
    @DisplayName("K10: a key that is no digest is left out, is counted, and is removed")
    void aKeyThatIsNoDigestIsLeftOut() {
        keep(1);
        try (RecordFile file = file()) {
            Stream.of(new byte[0], new byte[] {1, 2, 3}, new byte[33], key(9, 32), key(1, 64))
                    .forEach(key -> file.map("blobs").put(key, Envelope.seal(key, new BlobFormat().write(ENTRY))));
        }

        try (BlobCatalog catalog = open()) {
            assertThat(shownBy(catalog)).isEqualTo(Map.of(digest(0), ENTRY));
        }
        assertThat(faults.counts()).containsEntry(StoreFault.UNREADABLE_RECORD, 5L);
    }

    private static byte[] key(int algorithm, int length) {
        byte[] key = new byte[1 + length];
        key[0] = (byte) algorithm;
        return key;
    }

    @Test
    @DisplayName("K10: a file of garbage is moved aside, and the catalog starts empty")
    void aFileOfGarbageIsMovedAside() throws IOException {
        Files.writeString(path(), "not a store".repeat(5_000), StandardCharsets.UTF_8);

        assertStartsEmptyAndWorks();
    }

    @Test
    @DisplayName("K10: a file that cannot be read to its end is moved aside, and what comes is kept in an empty one")
    void aFileThatCannotBeReadIsMovedAside() throws IOException {
        keep(50_000);

        try (BlobCatalog catalog = open()) {
            overwriteWithZeros();
            assertThat(shownBy(catalog)).hasSizeLessThan(50_000);
            catalog.put(digest(-1), ENTRY);
        }
        try (BlobCatalog catalog = open()) {
            assertThat(shownBy(catalog)).isEqualTo(Map.of(digest(-1), ENTRY));
        }
        assertThat(faults.counts()).containsEntry(StoreFault.CORRUPT_FILE, 1L);
        assertThat(corruptFiles()).isOne();
    }

    @Test
    @DisplayName("K10: a file cut to half its length, or to nothing, does not stop the start")
    void aCutFileDoesNotStopTheStart() throws IOException {
        keep(50_000);
        for (long divisor : new long[] {2, 3, Long.MAX_VALUE}) {
            try (FileChannel file = FileChannel.open(path(), StandardOpenOption.WRITE)) {
                file.truncate(file.size() / divisor);
            }
            try (BlobCatalog catalog = open()) {
                shownBy(catalog);
                catalog.put(digest(-1), ENTRY);
            }
            try (BlobCatalog catalog = open()) {
                assertThat(shownBy(catalog)).containsEntry(digest(-1), ENTRY);
            }
        }
    }

    private void overwriteWithZeros() throws IOException {
        try (FileChannel file = FileChannel.open(path(), StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.allocate((int) file.size()), 0);
        }
    }

    @Test
    void whatFindsNoPlaceIsLeftOutAndCounted() {
        int changes = 3 * EmbeddedBlobCatalog.MOST_WAITING;
        keep(changes);

        try (BlobCatalog catalog = open()) {
            assertThat(shownBy(catalog))
                    .hasSize(changes
                            - faults.counts()
                                    .getOrDefault(StoreFault.OVERLOADED, 0L)
                                    .intValue())
                    .hasSizeGreaterThanOrEqualTo(EmbeddedBlobCatalog.MOST_WAITING);
        }
    }

    @Test
    void withoutADirectoryItIsInMemory() {
        try (EmbeddedCache cache = EmbeddedCache.open(EmbeddedCacheSettings.inMemory())) {
            BlobCatalog catalog = cache.blobCatalog();
            catalog.load((digest, entry) -> {});
            catalog.put(digest(1), ENTRY);

            assertThat(cache.blobCatalog()).isSameAs(catalog);
            assertThat(catalog.bytes()).isZero();
        }
    }

    private void assertStartsEmptyAndWorks() throws IOException {
        try (BlobCatalog catalog = open()) {
            assertThat(shownBy(catalog)).isEmpty();
            catalog.put(digest(1), ENTRY);
        }
        try (BlobCatalog catalog = open()) {
            assertThat(shownBy(catalog)).isEqualTo(Map.of(digest(1), ENTRY));
        }
        assertThat(faults.counts()).containsEntry(StoreFault.CORRUPT_FILE, 1L);
        assertThat(corruptFiles()).isOne();
    }

    private void keep(int count) {
        try (BlobCatalog catalog = open()) {
            IntStream.range(0, count).forEach(i -> catalog.put(digest(i), ENTRY));
        }
    }

    private void tamper(UnaryOperator<byte[]> change) {
        byte[] key = new BlobFormat().key(digest(0));
        try (RecordFile file = file()) {
            assertThat(file.map("blobs").get(key)).isNotNull();
            file.map("blobs").computeIfPresent(key, (k, record) -> change.apply(record));
        }
    }

    private RecordFile file() {
        return RecordFile.open(path(), Clock.systemUTC(), new Faults());
    }

    private long corruptFiles() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().contains("blobs.mv.corrupt-"))
                    .count();
        }
    }

    private Path path() {
        return directory.resolve("blobs.mv");
    }
}
