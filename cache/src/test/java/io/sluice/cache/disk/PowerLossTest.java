package io.sluice.cache.disk;

import static io.sluice.cache.blob.Blobs.append;
import static io.sluice.cache.blob.Blobs.begin;
import static io.sluice.cache.blob.Blobs.bytes;
import static io.sluice.cache.blob.Blobs.digest;
import static io.sluice.cache.blob.Blobs.find;
import static io.sluice.cache.blob.Blobs.get;
import static io.sluice.cache.blob.Blobs.put;
import static io.sluice.cache.blob.Blobs.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.cache.blob.BlobStore;
import io.sluice.cache.blob.BlobWriter;
import io.sluice.cache.blob.DigestMismatchException;
import io.sluice.cache.disk.RecordedFiles.Step;
import io.sluice.cache.disk.SimulatedDisk.Unforced;
import io.sluice.oci.Digest;
import io.sluice.oci.Digest.Algorithm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A store works on files whose every step is written down. Then power is lost after each of these steps, and everything is
 * looked at that a disk may have kept by then.
 */
class PowerLossTest {

    private static final long LIMIT = 1024 * 1024;

    @TempDir
    private Path directory;

    private BlobPaths paths;
    private final Map<Digest, byte[]> blobs = new HashMap<>();
    private final IdentityHashMap<byte[], Digest> hashes = new IdentityHashMap<>();
    private List<Step> steps;

    @BeforeEach
    void work() throws Exception {
        paths = new BlobPaths(directory.resolve("blobs"));
        RecordedFiles files = new RecordedFiles(new OwnedFiles(directory));
        try (DiskBlobStore store = open(files, new MapCatalog())) {
            run(store.loaded());
            work(store, files);
        }
        steps = files.steps();
    }

    private DiskBlobStore open(FileLayer files, BlobCatalog catalog) throws IOException {
        return DiskBlobStore.open(DiskBlobSettings.of(paths.root(), LIMIT), files, catalog, new RecordingObserver());
    }

    /** Something of everything: blobs that share a directory, that end in each way, that come at once, that leave. */
    private void work(BlobStore store, RecordedFiles files) throws Exception {
        for (int seed = 0; seed < 6; seed++) {
            keep(store, files, bytes(30_000 * seed, seed));
        }
        keep(store, files, neighbour(digest(bytes(0, 0))));
        endInOtherWays(store);
        keep(store, files, bytes(100_000, 22));
        CompletableFuture<?>[] writers = IntStream.range(30, 34)
                .mapToObj(seed -> CompletableFuture.runAsync(() -> keep(store, files, bytes(50_000, seed))))
                .toArray(CompletableFuture<?>[]::new);
        CompletableFuture.allOf(writers).get(20, TimeUnit.SECONDS);
        run(store.remove(digest(bytes(30_000, 1))));
        keep(store, files, bytes(30_000, 1));
        for (int seed = 40; seed < 43; seed++) {
            keep(store, files, bytes(300_000, seed));
        }
    }

    private void keep(BlobStore store, RecordedFiles files, byte[] blob) {
        synchronized (blobs) {
            blobs.put(digest(blob), blob);
        }
        files.kept(put(store, blob));
    }

    /** A blob that lies in the same directory as another. */
    private static byte[] neighbour(Digest digest) {
        return IntStream.range(0, Integer.MAX_VALUE)
                .mapToObj(seed -> bytes(100, seed))
                .filter(blob -> digest(blob).hex().startsWith(digest.hex().substring(0, 2)))
                .findFirst()
                .orElseThrow();
    }

    private static void endInOtherWays(BlobStore store) {
        BlobWriter aborted = begin(store, digest(bytes(1000, 20)), 1000);
        append(aborted, bytes(500, 20));
        aborted.abort(new IllegalStateException("given up"));
        BlobWriter mismatch = begin(store, digest(bytes(1000, 21)), -1);
        append(mismatch, bytes(500, 21));
        assertThatThrownBy(() -> run(mismatch.commit())).isInstanceOf(DigestMismatchException.class);
        BlobWriter suspended = begin(store, digest(bytes(100_000, 22)), -1);
        append(suspended, bytes(100_000, 22), 0, 40_000);
        assertThat(suspended.suspend()).isTrue();
        BlobWriter again = get(store.write(digest(bytes(100_000, 22))));
        again.abort(new IllegalStateException("given up"));
    }

    @Test
    @DisplayName("K16: whenever power is lost, what has a name is whole, and what was said to be kept has its name")
    void whateverHasANameIsWhole() {
        assertThat(lookAtEveryLoss(steps)).isGreaterThan(steps.size());
    }

    @Test
    void aStoreThatForgotToForceItsFilesWouldBeFound() {
        assertThatThrownBy(() -> lookAtEveryLoss(without(Step.Forced.class)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("is whole");
    }

    @Test
    void aStoreThatForgotToForceItsDirectoriesWouldBeFound() {
        assertThatThrownBy(() -> lookAtEveryLoss(without(Step.ForcedDirectory.class)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("is promised");
    }

    private List<Step> without(Class<? extends Step> forgotten) {
        return steps.stream().filter(step -> !forgotten.isInstance(step)).toList();
    }

    /** Loses power after each step; returns how many contents of files that made possible. */
    private int lookAtEveryLoss(List<Step> taken) {
        SimulatedDisk disk = new SimulatedDisk(directory);
        Set<Path> promised = new HashSet<>();
        int looks = 0;
        for (Step step : taken) {
            disk.apply(step);
            note(step, promised);
            looks += look(disk, promised, step);
        }
        return looks;
    }

    private void note(Step step, Set<Path> promised) {
        if (step instanceof Step.Kept kept) {
            promised.add(paths.file(kept.digest()));
        } else if (step instanceof Step.Deleted deleted) {
            promised.remove(deleted.file());
        }
    }

    private int look(SimulatedDisk disk, Set<Path> promised, Step last) {
        int looks = 0;
        for (Path file : disk.possible()) {
            if (file.startsWith(paths.directory(Algorithm.SHA256))) {
                looks += disk.contents(file).size();
                assertThat(disk.contents(file))
                        .as("%s when power is lost after %s", file, last)
                        .allMatch(content -> isWhole(file, content), "is whole");
            }
        }
        assertThat(promised)
                .as("what survives when power is lost after %s", last)
                .allMatch(disk::isSafe, "is promised");
        return looks;
    }

    private boolean isWhole(Path file, byte[] content) {
        Digest hash = hashes.computeIfAbsent(content, bytes -> digest(bytes));
        return file.equals(paths.file(hash));
    }

    @Test
    @DisplayName("K16: a store that begins on what a loss of power has left finds blobs whole or not at all, and works")
    void aStoreBeginsOnWhateverIsLeft() throws IOException {
        SimulatedDisk disk = new SimulatedDisk(directory);
        SplittableRandom random = new SplittableRandom(16);
        Set<Set<Path>> seen = new HashSet<>();
        for (Step step : steps) {
            disk.apply(step);
            for (BooleanSupplier survives : List.<BooleanSupplier>of(() -> false, () -> true, random::nextBoolean)) {
                Map<Path, byte[]> files = disk.files(survives, Unforced.HALF);
                if (seen.add(files.keySet())) {
                    beginOn(files);
                }
            }
        }
        assertThat(seen).hasSizeGreaterThan(20);
    }

    private void beginOn(Map<Path, byte[]> files) throws IOException {
        restore(files);
        MapCatalog everything = new MapCatalog();
        blobs.forEach((digest, blob) -> everything.put(digest, new BlobCatalog.Entry(blob.length, 0, false)));
        try (DiskBlobStore store = open(new OwnedFiles(directory), everything)) {
            run(store.loaded());
            assertThat(paths.incoming()).isEmptyDirectory();
            blobs.forEach((digest, blob) -> assertThat(find(store, digest)).isIn(blob, null));
            assertThat(store.usage().quarantined()).isZero();
            byte[] next = bytes(1000, 99);
            assertThat(find(store, put(store, next))).isEqualTo(next);
        }
    }

    private void restore(Map<Path, byte[]> files) throws IOException {
        List<Path> present = new ArrayList<>();
        try (var all = Files.walk(directory)) {
            all.filter(path -> !path.equals(directory)).forEach(present::addFirst);
        }
        for (Path path : present) {
            Files.delete(path);
        }
        for (Path file : files.keySet().stream().sorted().collect(Collectors.toList())) {
            Files.createDirectories(file.getParent());
            Files.write(file, files.get(file));
        }
    }
}
