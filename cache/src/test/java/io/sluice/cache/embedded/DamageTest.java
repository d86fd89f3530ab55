package io.sluice.cache.embedded;

import static io.sluice.cache.manifest.Samples.ALPINE;
import static io.sluice.cache.manifest.Samples.NOON;
import static io.sluice.cache.manifest.Samples.digest;
import static io.sluice.cache.manifest.Samples.manifest;
import static io.sluice.cache.manifest.Samples.pointer;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cache.ContentKey;
import io.sluice.cache.TagKey;
import io.sluice.cache.manifest.Manifest;
import io.sluice.cache.manifest.Proof;
import io.sluice.cache.manifest.Samples;
import io.sluice.cache.record.Envelope;
import io.sluice.cache.record.ManifestFormat;
import io.sluice.cache.record.ProofFormat;
import io.sluice.cache.record.TagFormat;
import io.sluice.oci.Accept;
import io.sluice.oci.Tag;
import io.sluice.testing.MovableClock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the disk does to records, and what a cache makes of it. */
class DamageTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Manifest LIST = Samples.list();
    private static final Manifest OTHER = manifest(1, 100);
    private static final TagKey LATEST = new TagKey(ALPINE, Tag.parse("latest"), Accept.ANY);
    private static final ContentKey CONTENT = new ContentKey(ALPINE, digest(1));
    private static final Proof PROOF = new Proof(NOON, null, 7);

    @TempDir
    private Path temporary;

    @BeforeEach
    void keepSomething() {
        try (EmbeddedCache cache = open()) {
            cache.manifests().put(LIST).block(SOON);
            cache.manifests().put(OTHER).block(SOON);
            cache.tags().put(LATEST, pointer(1)).block(SOON);
            cache.membership().prove(ALPINE, Map.of(digest(1), PROOF)).block(SOON);
        }
    }

    enum Damage {
        BIT_FLIPPED_IN_THE_BODY,
        BIT_FLIPPED_IN_THE_CHECKSUM,
        CUT,
        CUT_TO_ITS_VERSION,
        EMPTY,
        GARBAGE,
        OF_A_LATER_VERSION;

        byte[] doneTo(byte[] record) {
            return switch (this) {
                case BIT_FLIPPED_IN_THE_BODY -> changed(record, record.length - 10, record[record.length - 10] ^ 4);
                case BIT_FLIPPED_IN_THE_CHECKSUM -> changed(record, 2, record[2] ^ 4);
                case CUT -> Arrays.copyOf(record, record.length / 2);
                case CUT_TO_ITS_VERSION -> Arrays.copyOf(record, 1);
                case EMPTY -> new byte[0];
                case GARBAGE -> "not a record at all".getBytes(StandardCharsets.UTF_8);
                case OF_A_LATER_VERSION -> changed(record, 0, 2);
            };
        }

        private static byte[] changed(byte[] record, int at, int to) {
            byte[] changed = record.clone();
            changed[at] = (byte) to;
            return changed;
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("K10, G20, T25: a damaged record, or one of another version, is a miss, is counted, and is removed")
    void aDamagedRecordIsAMissAndIsRemoved(Damage damage) {
        byte[] manifestKey = new ManifestFormat().key(LIST.digest());
        byte[] tagKey = new TagFormat().key(LATEST);
        byte[] proofKey = new ProofFormat().key(CONTENT);
        tamper("manifests", manifestKey, damage::doneTo);
        tamper("tags", tagKey, damage::doneTo);
        tamper("proofs", proofKey, damage::doneTo);

        try (EmbeddedCache cache = open()) {
            assertThat(cache.manifests().find(LIST.digest()).blockOptional(SOON))
                    .isEmpty();
            assertThat(cache.tags().variants(ALPINE, LATEST.tag()).block(SOON)).isEmpty();
            assertThat(cache.tags().find(LATEST).blockOptional(SOON)).isEmpty();
            assertThat(cache.membership().find(CONTENT).blockOptional(SOON)).isEmpty();
            assertThat(cache.faults()).containsEntry(StoreFault.UNREADABLE_RECORD, 3L);
            assertThat(cache.manifests().find(OTHER.digest()).blockOptional(SOON))
                    .isPresent();
        }
        assertThat(record("manifests", manifestKey)).isNull();
        assertThat(record("tags", tagKey)).isNull();
        assertThat(record("proofs", proofKey)).isNull();
    }

    @Test
    @DisplayName("K10: bytes that are another manifest's are a miss, even when the record is whole")
    void bytesOfAnotherManifestAreAMiss() {
        byte[] key = new ManifestFormat().key(LIST.digest());
        tamper("manifests", key, record -> Envelope.seal(key, new ManifestFormat().write(OTHER)));

        try (EmbeddedCache cache = open()) {
            assertThat(cache.manifests().find(LIST.digest()).blockOptional(SOON))
                    .isEmpty();
            assertThat(cache.faults()).containsEntry(StoreFault.UNREADABLE_RECORD, 1L);

            cache.manifests().put(LIST).block(SOON);
        }
        try (EmbeddedCache cache = open()) {
            assertThat(cache.manifests().find(LIST.digest()).blockOptional(SOON))
                    .isPresent();
        }
    }

    @Test
    @DisplayName("K11: a record that is gone while its use is still noted is a miss, and can be kept again")
    void aMissingRecordIsAMiss() {
        byte[] key = new ManifestFormat().key(LIST.digest());
        try (RecordFile file = file()) {
            file.map("manifests").remove(key);
        }

        try (EmbeddedCache cache = open()) {
            assertThat(cache.manifests().find(LIST.digest()).blockOptional(SOON))
                    .isEmpty();
            cache.manifests().put(LIST).block(SOON);
        }
        try (EmbeddedCache cache = open()) {
            assertThat(cache.manifests().find(LIST.digest()).blockOptional(SOON))
                    .isPresent();
        }
    }

    @Test
    @DisplayName("K10: a file of garbage is moved aside, and the cache starts empty")
    void aFileOfGarbageIsMovedAside() throws IOException {
        Files.write(records(), "not a store".repeat(5_000).getBytes(StandardCharsets.UTF_8));

        assertStartsEmpty();
    }

    @Test
    @DisplayName("K10: a file cut to half its length, or to nothing, does not stop the start")
    void aCutFileDoesNotStopTheStart() throws IOException {
        for (long divisor : new long[] {2, 3, Long.MAX_VALUE}) {
            try (FileChannel file = FileChannel.open(records(), StandardOpenOption.WRITE)) {
                file.truncate(file.size() / divisor);
            }
            try (EmbeddedCache cache = open()) {
                cache.manifests().find(LIST.digest()).blockOptional(SOON);
                cache.manifests().put(LIST).block(SOON);
                assertThat(cache.manifests().find(LIST.digest()).blockOptional(SOON))
                        .isPresent();
            }
        }
    }

    @Test
    @DisplayName("K10: a directory or a symbolic link in place of the file is moved aside")
    void whatIsNoFileIsMovedAside() throws IOException {
        Files.delete(records());
        Files.createDirectory(records());
        assertStartsEmpty();

        Path elsewhere = Files.writeString(temporary.resolve("elsewhere"), "precious");
        Files.delete(records());
        Files.createSymbolicLink(records(), elsewhere);
        try (EmbeddedCache cache = open()) {
            cache.manifests().put(LIST).block(SOON);
        }
        assertThat(elsewhere).hasContent("precious");
        assertThat(Files.isSymbolicLink(records())).isFalse();
    }

    @Test
    void onlyTheLastTwoCorruptFilesAreKept() throws IOException {
        MovableClock clock = new MovableClock();
        for (int i = 0; i < 4; i++) {
            Files.writeString(records(), "garbage " + i);
            clock.advance(Duration.ofSeconds(1));
            EmbeddedCache.open(EmbeddedCacheSettings.onDisk(directory()).withClock(clock))
                    .close();
        }

        assertThat(corruptFiles())
                .hasSize(2)
                .last()
                .satisfies(file -> assertThat(file).hasContent("garbage 3"));
    }

    @Test
    @DisplayName("K10: bits that flip anywhere in the file never yield a wrong answer, nor an error")
    void flippedBitsNeverYieldAWrongAnswer() throws IOException {
        byte[] original = Files.readAllBytes(records());
        int step = Math.max(1, original.length / 60);
        for (int at = 0; at < original.length; at += step) {
            byte[] changed = original.clone();
            changed[at] ^= 0x55;
            Files.write(records(), changed);
            try (EmbeddedCache cache = open()) {
                cache.manifests()
                        .find(LIST.digest())
                        .blockOptional(SOON)
                        .ifPresent(found -> assertThat(found.bytes()).isEqualTo(LIST.bytes()));
                cache.tags()
                        .find(LATEST)
                        .blockOptional(SOON)
                        .ifPresent(found -> assertThat(found).isEqualTo(pointer(1)));
                cache.manifests().put(OTHER).block(SOON);
                assertThat(cache.manifests().find(OTHER.digest()).blockOptional(SOON))
                        .isPresent();
            }
        }
    }

    @Test
    @DisplayName("K10: a file that breaks while it is open is replaced, and what was kept can be kept again")
    void aFileThatBreaksWhileItIsOpenIsReplaced() throws IOException {
        try (EmbeddedCache cache = open()) {
            manifests().forEach(manifest -> cache.manifests().put(manifest).block(SOON));
        }

        EmbeddedCacheSettings withoutMemory =
                EmbeddedCacheSettings.onDisk(directory()).withManifests(1, 1_000_000_000);
        try (EmbeddedCache cache = EmbeddedCache.open(withoutMemory)) {
            cache.prune().block(SOON);
            overwriteWithZeros();
            assertThat(manifests())
                    .allSatisfy(manifest -> assertThat(
                                    cache.manifests().find(manifest.digest()).blockOptional(SOON))
                            .isEmpty());

            cache.manifests().put(LIST).block(SOON);
            assertThat(cache.manifests().find(LIST.digest()).blockOptional(SOON))
                    .isPresent();
            assertThat(cache.faults()).containsEntry(StoreFault.CORRUPT_FILE, 1L);
        }
    }

    private static Stream<Manifest> manifests() {
        return IntStream.range(0, 200).mapToObj(i -> manifest(i, 4_000));
    }

    private void overwriteWithZeros() throws IOException {
        try (FileChannel file = FileChannel.open(records(), StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.allocate((int) file.size()), 0);
        }
    }

    private void assertStartsEmpty() throws IOException {
        try (EmbeddedCache cache = open()) {
            assertThat(cache.manifests().find(LIST.digest()).blockOptional(SOON))
                    .isEmpty();
            cache.manifests().put(LIST).block(SOON);
            assertThat(cache.manifests().find(LIST.digest()).blockOptional(SOON))
                    .isPresent();
            assertThat(cache.faults()).containsEntry(StoreFault.CORRUPT_FILE, 1L);
        }
        assertThat(corruptFiles()).isNotEmpty();
    }

    private List<Path> corruptFiles() throws IOException {
        try (Stream<Path> files = Files.list(directory())) {
            return files.filter(file -> file.toString().contains("records.mv.corrupt-"))
                    .sorted()
                    .toList();
        }
    }

    private void tamper(String kind, byte[] key, UnaryOperator<byte[]> change) {
        try (RecordFile file = file()) {
            assertThat(file.map(kind).get(key)).isNotNull();
            file.map(kind).computeIfPresent(key, (k, record) -> change.apply(record));
        }
    }

    private byte @Nullable [] record(String kind, byte[] key) {
        try (RecordFile file = file()) {
            assertThat(file.map(kind + ".uses").get(key)).isNull();
            return file.map(kind).get(key);
        }
    }

    private RecordFile file() {
        return RecordFile.open(records(), Clock.systemUTC(), new Faults());
    }

    private EmbeddedCache open() {
        return EmbeddedCache.open(EmbeddedCacheSettings.onDisk(directory()));
    }

    private Path directory() {
        return temporary.resolve("cache");
    }

    private Path records() {
        return directory().resolve("records.mv");
    }
}
