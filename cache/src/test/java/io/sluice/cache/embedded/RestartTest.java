package io.sluice.cache.embedded;

import static io.sluice.cache.manifest.Samples.ALPINE;
import static io.sluice.cache.manifest.Samples.NOON;
import static io.sluice.cache.manifest.Samples.digest;
import static io.sluice.cache.manifest.Samples.manifest;
import static io.sluice.cache.manifest.Samples.pointer;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cache.ContentKey;
import io.sluice.cache.Jvm;
import io.sluice.cache.TagKey;
import io.sluice.cache.disk.BlobCatalog;
import io.sluice.cache.disk.BlobCatalogContract;
import io.sluice.cache.manifest.Manifest;
import io.sluice.cache.manifest.Proof;
import io.sluice.cache.manifest.Samples;
import io.sluice.oci.Accept;
import io.sluice.oci.Digest;
import io.sluice.oci.Tag;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a cache finds of what the process before it kept. */
class RestartTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final TagKey LATEST = new TagKey(ALPINE, Tag.parse("latest"), Accept.ANY);
    private static final ContentKey CONTENT = new ContentKey(ALPINE, digest(1));
    private static final Proof PROOF = new Proof(NOON, null, 7);

    @TempDir
    private Path temporary;

    @Test
    void aRestartIsWarm() {
        try (EmbeddedCache before = open()) {
            before.manifests().put(Samples.list()).block(SOON);
            before.manifests().put(Samples.schema1()).block(SOON);
            before.tags().put(LATEST, pointer(1)).block(SOON);
            before.membership().prove(ALPINE, Map.of(digest(1), PROOF)).block(SOON);
            before.blobCatalog().put(digest(2), Writer.CATALOGUED);
        }

        try (EmbeddedCache after = open()) {
            for (Manifest kept : List.of(Samples.list(), Samples.schema1())) {
                Manifest found = after.manifests()
                        .find(kept.digest())
                        .blockOptional(SOON)
                        .orElseThrow();
                assertThat(found.bytes()).isEqualTo(kept.bytes());
                assertThat(found.mediaType()).isEqualTo(kept.mediaType());
                assertThat(found.headers()).isEqualTo(kept.headers());
            }
            assertThat(after.tags().find(LATEST).block(SOON)).isEqualTo(pointer(1));
            assertThat(after.tags().variants(LATEST.repository(), LATEST.tag()).block(SOON))
                    .isEqualTo(Map.of(Accept.ANY, pointer(1)));
            assertThat(after.membership().find(CONTENT).block(SOON)).isEqualTo(PROOF);
            assertThat(BlobCatalogContract.shownBy(after.blobCatalog()))
                    .isEqualTo(Map.of(digest(2), Writer.CATALOGUED));
            assertThat(after.faults())
                    .allSatisfy((fault, count) -> assertThat(count).isZero());
        }
    }

    @Test
    void whatWasRemovedStaysRemoved() {
        try (EmbeddedCache before = open()) {
            before.manifests().put(Samples.list()).block(SOON);
            before.tags().put(LATEST, pointer(1)).block(SOON);
            before.membership().prove(ALPINE, Map.of(digest(1), PROOF)).block(SOON);
        }
        try (EmbeddedCache between = open()) {
            between.manifests().remove(Samples.list().digest()).block(SOON);
            between.tags().remove(ALPINE, Tag.parse("latest")).block(SOON);
            between.membership().revoke(CONTENT).block(SOON);
        }

        try (EmbeddedCache after = open()) {
            assertThat(after.manifests().find(Samples.list().digest()).blockOptional(SOON))
                    .isEmpty();
            assertThat(after.tags().find(LATEST).blockOptional(SOON)).isEmpty();
            assertThat(after.membership().find(CONTENT).blockOptional(SOON)).isEmpty();
        }
    }

    @Test
    void whatWasPutButNotWaitedForIsWrittenByClosing() {
        try (EmbeddedCache before = open()) {
            for (int i = 0; i < 500; i++) {
                before.manifests().put(manifest(i, 10)).subscribe();
            }
        }

        try (EmbeddedCache after = open()) {
            for (int i = 0; i < 500; i++) {
                assertThat(after.manifests().find(manifest(i, 10).digest()).blockOptional(SOON))
                        .isPresent();
            }
        }
    }

    @Test
    void aClosedCacheHasOnlyMissesAndNoErrors() {
        EmbeddedCache cache = open();
        cache.close();
        cache.close();

        cache.manifests().put(manifest(1, 10)).block(SOON);
        cache.membership().revoke(CONTENT).block(SOON);
        cache.tags().remove(ALPINE, Tag.parse("latest")).block(SOON);
        assertThat(cache.manifests().find(manifest(2, 10).digest()).blockOptional(SOON))
                .isEmpty();
        assertThat(cache.tags().variants(ALPINE, Tag.parse("latest")).block(SOON))
                .isEmpty();
    }

    /** The writer says the number of what it has kept; what it said a second before its end has to be there. */
    @Test
    @Timeout(60)
    void aKilledProcessLosesItsLastSecondAndCorruptsNothing() throws IOException, InterruptedException {
        for (int round = 0; round < 2; round++) {
            int keptForSure = killWriter(round);

            try (EmbeddedCache after = open()) {
                int found = 0;
                Map<Digest, BlobCatalog.Entry> catalogued = BlobCatalogContract.shownBy(after.blobCatalog());
                for (int i = 0; i < keptForSure; i++) {
                    Optional<Manifest> manifest = after.manifests()
                            .find(Writer.kept(round, i).digest())
                            .blockOptional(SOON);
                    found += manifest.isPresent() ? 1 : 0;
                    assertThat(catalogued).containsEntry(Writer.kept(round, i).digest(), Writer.CATALOGUED);
                }
                assertThat(found).isEqualTo(keptForSure).isPositive();
                assertThat(after.faults())
                        .allSatisfy((fault, count) -> assertThat(count).isZero());
            }
        }
    }

    private int killWriter(int round) throws IOException, InterruptedException {
        Process writer = Jvm.running(Writer.class, 128, directory().toString(), Integer.toString(round))
                .redirectError(new File(temporary.toFile(), "stderr-" + round))
                .start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(writer.getInputStream(), StandardCharsets.US_ASCII))) {
            long aSecondFrom = 0;
            int keptThen = 0;
            String line;
            while ((line = out.readLine()) != null) {
                if (keptThen == 0 && line.startsWith(Writer.KEPT)) {
                    int kept = Integer.parseInt(line.substring(Writer.KEPT.length())) + 1;
                    keptThen = kept > 200 * (round + 1) ? kept : 0;
                    aSecondFrom = System.nanoTime();
                } else if (keptThen > 0 && System.nanoTime() - aSecondFrom > TimeUnit.SECONDS.toNanos(1)) {
                    break;
                }
            }
            assertThat(keptThen).as("the writer came that far").isPositive();
            return keptThen;
        } finally {
            writer.destroyForcibly().waitFor();
        }
    }

    /** Keeps manifests and says so, until it is killed. */
    static final class Writer {

        static final BlobCatalog.Entry CATALOGUED = new BlobCatalog.Entry(1_000_000_000_000L, 490_000, false);

        private static final String KEPT = "kept ";

        private Writer() {}

        public static void main(String[] arguments) {
            EmbeddedCache cache = EmbeddedCache.open(EmbeddedCacheSettings.onDisk(Path.of(arguments[0])));
            for (int i = 0; ; i++) {
                Manifest manifest = kept(Integer.parseInt(arguments[1]), i);
                cache.blobCatalog().put(manifest.digest(), CATALOGUED);
                cache.manifests().put(manifest).block(SOON);
                System.out.println(KEPT + i);
            }
        }

        static Manifest kept(int round, int i) {
            return manifest(round * 1_000_000 + i, i % 5000);
        }
    }

    private EmbeddedCache open() {
        return EmbeddedCache.open(EmbeddedCacheSettings.onDisk(directory()));
    }

    private Path directory() {
        return temporary.resolve("cache");
    }
}
