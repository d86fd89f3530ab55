package io.sluice.cache.disk;

import static io.sluice.cache.blob.Blobs.bytes;
import static io.sluice.cache.blob.Blobs.digest;
import static io.sluice.cache.blob.Blobs.find;
import static io.sluice.cache.blob.Blobs.put;
import static io.sluice.cache.blob.Blobs.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cache.blob.NoRoomException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many that write, read and remove at once, in a store that is always too small. */
class CrowdedStoreTest {

    private static final int THREADS = 8;
    private static final int ROUNDS = 150;
    private static final int BLOBS = 40;
    private static final long LIMIT = 4L * 1024 * 1024;

    @TempDir
    private Path directory;

    @Test
    @DisplayName("K18 K23: whoever finds a blob has all of it, whatever leaves meanwhile, and nothing is counted twice")
    void nobodyReadsAnythingElse() throws Exception {
        DiskBlobSettings settings = DiskBlobSettings.of(directory.resolve("blobs"), LIMIT);
        try (DiskBlobStore store = DiskBlobStore.open(settings, new MapCatalog(), new RecordingObserver())) {
            run(store.loaded());
            try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
                List<Future<?>> all = new ArrayList<>();
                for (int i = 0; i < THREADS; i++) {
                    long seed = i;
                    all.add(threads.submit(() -> crowd(store, new SplittableRandom(seed))));
                }
                for (Future<?> each : all) {
                    each.get(60, TimeUnit.SECONDS);
                }
            }
            for (int i = 0; i < BLOBS; i++) {
                run(store.remove(digest(blob(i))));
            }
            DiskBlobStoreTest.await(() -> store.usage().bytes() == 0);
            assertThat(filesBelow(directory)).isZero();
        }
    }

    private static void crowd(DiskBlobStore store, SplittableRandom random) {
        for (int round = 0; round < ROUNDS; round++) {
            byte[] blob = blob(random.nextInt(BLOBS));
            byte[] found = find(store, digest(blob));
            if (found != null) {
                assertThat(found).isEqualTo(blob);
            } else {
                putIfThereIsRoom(store, blob);
            }
            if (random.nextInt(20) == 0) {
                run(store.remove(digest(blob)));
            }
            assertThat(store.usage().bytes()).isLessThanOrEqualTo(LIMIT);
        }
    }

    private static void putIfThereIsRoom(DiskBlobStore store, byte[] blob) {
        try {
            put(store, blob);
        } catch (NoRoomException e) {
            // The others are writing more than there is room for.
        }
    }

    private static byte[] blob(int number) {
        return bytes(10_000 + number * 10_000, number);
    }

    private static long filesBelow(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile).count();
        }
    }
}
