package io.sluice.cache.disk;

import static io.sluice.cache.blob.Blobs.LIMIT;
import static io.sluice.cache.blob.Blobs.find;
import static io.sluice.cache.blob.Blobs.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cache.embedded.EmbeddedCache;
import io.sluice.oci.Digest;
import io.sluice.oci.Digest.Algorithm;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that writes blobs is killed with {@code SIGKILL}, again and again. 20 times, or as often as
 * {@code -Dkill.rounds} says; CONTRIBUTING.md has the long form.
 */
class KilledWriterTest {

    private static final int ROUNDS = Integer.getInteger("kill.rounds", 20);
    private static final int MOST_CLAIMS = 40;
    private static final long ROOMY = 1L << 40;
    private static final long CROWDED = 3L * 1024 * 1024;

    @TempDir
    private Path directory;

    @Test
    @DisplayName(
            "K15 T27: after kill -9 in the middle of writes all that is found is whole, and nothing else is counted")
    void whateverIsFoundIsWhole() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            SplittableRandom random = new SplittableRandom(round);
            long limit = round % 2 == 0 ? ROOMY : CROWDED;
            Path root = directory.resolve(limit == ROOMY ? "roomy" : "crowded");

            Set<Digest> claimed = scribbleAndKill(root, limit, random);

            Set<Digest> found = assertSound(root, limit);
            if (limit == ROOMY) {
                assertThat(found).as("round " + round).containsAll(claimed);
                deleteAll(root);
            }
        }
    }

    /** Lets a process write until it has claimed some commits, and kills it in the middle of the next ones. */
    private Set<Digest> scribbleAndKill(Path root, long limit, SplittableRandom random) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        BlobScribbler.class.getName(),
                        root.toString(),
                        Long.toString(limit),
                        Long.toString(random.nextLong()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Set<Digest> claimed = new HashSet<>();
        try (BufferedReader claims = process.inputReader()) {
            int enough = 1 + random.nextInt(MOST_CLAIMS);
            while (claimed.size() < enough) {
                claimed.add(Digest.parse(Objects.requireNonNull(claims.readLine(), "it has ended by itself")));
            }
            process.toHandle().destroyForcibly();
            claims.lines().map(Digest::parse).forEach(claimed::add);
        } finally {
            process.destroyForcibly().waitFor();
        }
        return claimed;
    }

    private static Set<Digest> assertSound(Path root, long limit) throws IOException {
        assertThat(blobs(root)).isNotEmpty().allSatisfy(KilledWriterTest::assertWhole);
        try (EmbeddedCache cache = BlobScribbler.cache(root);
                DiskBlobStore store = BlobScribbler.open(root, cache, limit)) {
            assertThat(root.resolve("blobs/incoming")).isEmptyDirectory();
            run(store.loaded());
            DiskBlobStoreTest.await(() -> isSettled(store, root, limit));
            List<Path> left = blobs(root);
            assertThat(left)
                    .allSatisfy(file -> assertThat(find(store, digest(file))).isEqualTo(Files.readAllBytes(file)));
            assertThat(store.usage().bytes()).isEqualTo(bytes(left));
            assertThat(store.usage().quarantined()).isZero();
            assertThat(cache.faults().values()).containsOnly(0L);
            return new HashSet<>(left.stream().map(KilledWriterTest::digest).toList());
        }
    }

    /** Whether the store knows and counts every file that is there, and nothing else, and keeps to its limit. */
    private static boolean isSettled(DiskBlobStore store, Path root, long limit) {
        List<Path> files = blobs(root);
        return store.usage().entries() == files.size()
                && store.usage().bytes() == bytes(files)
                && store.usage().bytes() <= limit
                && files.stream().allMatch(file -> store.size(digest(file)).block(LIMIT) != null);
    }

    private static void assertWhole(Path file) throws IOException {
        assertThat(Digest.hash(Algorithm.SHA256, Files.readAllBytes(file))).isEqualTo(digest(file));
    }

    private static Digest digest(Path file) {
        return new Digest(Algorithm.SHA256, file.getFileName().toString());
    }

    private static long bytes(List<Path> files) {
        return files.stream().mapToLong(KilledWriterTest::taken).sum();
    }

    /** What a file takes; one that has just left takes nothing. */
    private static long taken(Path file) {
        return Room.of(file.toFile().length());
    }

    /** The files that have the name of a blob. Only names are read, as what has one may leave meanwhile. */
    private static List<Path> blobs(Path root) {
        Path parent = root.resolve("blobs").resolve(Algorithm.SHA256.label());
        return names(parent).flatMap(KilledWriterTest::names).toList();
    }

    private static Stream<Path> names(Path directory) {
        String[] names = Objects.requireNonNull(directory.toFile().list(), "no directory");
        return Stream.of(names).map(directory::resolve);
    }

    private static void deleteAll(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
