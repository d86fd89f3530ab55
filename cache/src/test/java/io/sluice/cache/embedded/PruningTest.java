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
import io.sluice.cache.record.ManifestFormat;
import io.sluice.oci.Accept;
import io.sluice.oci.Digest;
import io.sluice.oci.Tag;
import io.sluice.testing.MovableClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What leaves, and when. */
class PruningTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Manifest OLD = manifest(1, 10);
    private static final Manifest USED = manifest(2, 10);

    private final MovableClock clock = new MovableClock();

    @TempDir
    private Path temporary;

    /** A round that joins one which was under way already, and knows of no time that passed since, is followed by another. */
    private static void prune(EmbeddedCache cache) {
        cache.prune().block(SOON);
        cache.prune().block(SOON);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatIsUnusedForThirtyDaysLeaves(boolean onDisk) {
        EmbeddedCacheSettings settings = onDisk ? onDisk() : EmbeddedCacheSettings.inMemory();
        try (EmbeddedCache cache = EmbeddedCache.open(settings.withClock(clock))) {
            cache.manifests().put(OLD).block(SOON);
            cache.manifests().put(USED).block(SOON);
            cache.tags().put(tag(1), pointer(1)).block(SOON);
            cache.membership().prove(ALPINE, proofs(1)).block(SOON);
            clock.advance(Duration.ofDays(20));
            assertThat(isHeld(cache, USED)).isTrue();
            clock.advance(Duration.ofDays(11));
            prune(cache);

            assertThat(isHeld(cache, OLD)).isFalse();
            assertThat(isHeld(cache, USED)).isTrue();
            assertThat(cache.tags().find(tag(1)).blockOptional(SOON)).isEmpty();
            assertThat(cache.tags().variants(ALPINE, tag(1).tag()).block(SOON)).isEmpty();
            assertThat(cache.membership()
                            .find(new ContentKey(ALPINE, digest(0)))
                            .blockOptional(SOON))
                    .isEmpty();
        }
    }

    @Test
    void aRestartPrunesAsWellAndKnowsWhatWasUsed() {
        try (EmbeddedCache cache = open(onDisk())) {
            cache.manifests().put(OLD).block(SOON);
            cache.manifests().put(USED).block(SOON);
            clock.advance(Duration.ofDays(29));
            assertThat(isHeld(cache, USED)).isTrue();
        }
        clock.advance(Duration.ofDays(2));

        try (EmbeddedCache cache = open(onDisk())) {
            prune(cache);

            assertThat(isHeld(cache, OLD)).isFalse();
            assertThat(isHeld(cache, USED)).isTrue();
        }
    }

    @Test
    void theLeastRecentlyUsedManifestsLeaveWhenThereAreTooManyBytes() {
        try (EmbeddedCache cache = open(onDisk().withManifests(1, 100_000))) {
            IntStream.range(0, 50)
                    .forEach(i -> cache.manifests().put(manifest(i, 1_500)).block(SOON));
            clock.advance(Duration.ofHours(2));
            IntStream.range(0, 10)
                    .forEach(i -> assertThat(isHeld(cache, manifest(i, 1_500))).isTrue());
            clock.advance(Duration.ofHours(2));
            IntStream.range(50, 80)
                    .forEach(i -> cache.manifests().put(manifest(i, 1_500)).block(SOON));
            prune(cache);

            long held = IntStream.range(0, 80)
                    .filter(i -> isHeld(cache, manifest(i, 1_500)))
                    .count();
            assertThat(held * 1_600).isBetween(80_000L, 100_000L);
            assertThat(IntStream.range(0, 10)).allMatch(i -> isHeld(cache, manifest(i, 1_500)));
            assertThat(IntStream.range(50, 80)).allMatch(i -> isHeld(cache, manifest(i, 1_500)));
        }
    }

    @Test
    void smallRecordsAreBoundedByTheirNumber() {
        try (EmbeddedCache cache = open(onDisk().withRecords(1_000, 2_000))) {
            IntStream.range(0, 3_000)
                    .forEach(i -> cache.tags().put(tag(i), pointer(i)).block(SOON));
            cache.membership().prove(ALPINE, proofs(5_000)).block(SOON);
            prune(cache);
        }

        try (RecordFile file = RecordFile.open(temporary.resolve("cache/records.mv"), clock, new Faults())) {
            assertThat(file.map("tags")).hasSizeBetween(800, 1_000);
            assertThat(file.map("tags.uses")).hasSameSizeAs(file.map("tags"));
            assertThat(file.map("proofs")).hasSizeBetween(1_700, 2_000);
            assertThat(file.map("proofs.uses")).hasSameSizeAs(file.map("proofs"));
        }
    }

    @Test
    void aHitIsNotedOnDiskOnceAnHour() {
        byte[] key = new ManifestFormat().key(USED.digest());
        int first = (int) (clock.millis() / 3_600_000);
        try (EmbeddedCache cache = open(onDisk())) {
            cache.manifests().put(USED).block(SOON);
            clock.advance(Duration.ofMinutes(20));
            assertThat(isHeld(cache, USED)).isTrue();
        }
        assertThat(use(key).hour()).isEqualTo(first);

        try (EmbeddedCache cache = open(onDisk())) {
            clock.advance(Duration.ofHours(3));
            assertThat(isHeld(cache, USED)).isTrue();
            clock.advance(Duration.ofHours(3));
            assertThat(isHeld(cache, USED)).isTrue();
        }
        assertThat(use(key).hour()).isEqualTo(first + 6);
    }

    private Use use(byte[] key) {
        try (RecordFile file = RecordFile.open(temporary.resolve("cache/records.mv"), clock, new Faults())) {
            return new RecordMaps(file, "manifests").uses(key, 1).getFirst().getValue();
        }
    }

    private static boolean isHeld(EmbeddedCache cache, Manifest manifest) {
        return cache.manifests().find(manifest.digest()).blockOptional(SOON).isPresent();
    }

    private static TagKey tag(int number) {
        return new TagKey(ALPINE, Tag.parse("t" + number), Accept.ANY);
    }

    private static Map<Digest, Proof> proofs(int count) {
        return IntStream.range(0, count)
                .boxed()
                .collect(Collectors.toMap(i -> digest(i), i -> new Proof(NOON, null, i)));
    }

    private EmbeddedCacheSettings onDisk() {
        return EmbeddedCacheSettings.onDisk(temporary.resolve("cache"));
    }

    private EmbeddedCache open(EmbeddedCacheSettings settings) {
        return EmbeddedCache.open(settings.withClock(clock));
    }
}
