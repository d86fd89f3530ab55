package io.sluice.cache.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cache.Jvm;
import io.sluice.cache.embedded.BlobCatalogs;
import io.sluice.cache.embedded.EmbeddedCache;
import io.sluice.cache.embedded.EmbeddedCacheSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a large catalog costs at the start, in a process of its own with little memory. */
class IndexRestartTest {

    private static final int MILLION = 1_000_000;
    private static final long LIMIT_MILLIS = 5_000;
    private static final long MEGABYTE = 1_000_000;

    @TempDir
    private Path temporary;

    @Test
    @Timeout(120)
    @DisplayName("K22: 1,000,000 entries are there within 5 s in 256 MiB of heap, with no file to hash")
    void aMillionEntriesAreSoonThere() throws IOException, InterruptedException {
        Path directory = temporary.resolve("cache");
        BlobCatalogs.fill(directory, MILLION);

        Started started = start(directory);

        System.out.println("a restart with 1,000,000 blobs: " + started);
        assertThat(started.count()).isEqualTo(MILLION);
        assertThat(started.bytes()).isEqualTo(MILLION * (MILLION - 1L) / 2);
        // Where others use the machine as well, what counts is how much of it the start needed.
        assertThat(Math.min(started.millis(), started.processorMillis())).isLessThan(LIMIT_MILLIS);
        assertThat(started.indexHeap()).isLessThan(70 * MEGABYTE);
        assertThat(started.heap()).isLessThan(100 * MEGABYTE);
    }

    private Started start(Path directory) throws IOException, InterruptedException {
        Path output = temporary.resolve("output");
        Process process = Jvm.running(Starter.class, 256, directory.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(Files.readString(output)).isZero();
            return Started.parse(Files.readString(output));
        } finally {
            process.destroyForcibly();
        }
    }

    /**
     * What a start was like.
     *
     * @param count how many blobs it found
     * @param bytes how long they are together
     * @param millis how long it took until it had found them
     * @param processorMillis how long the processors had worked for it then, the start of the JVM included
     * @param heap how many bytes of heap it had in use then
     * @param indexHeap how many of those the index alone takes
     */
    record Started(long count, long bytes, long millis, long processorMillis, long heap, long indexHeap) {

        String line() {
            return String.join(
                    " ",
                    Long.toString(count),
                    Long.toString(bytes),
                    Long.toString(millis),
                    Long.toString(processorMillis),
                    Long.toString(heap),
                    Long.toString(indexHeap));
        }

        static Started parse(String line) {
            String[] numbers = line.strip().split(" ");
            return new Started(
                    Long.parseLong(numbers[0]),
                    Long.parseLong(numbers[1]),
                    Long.parseLong(numbers[2]),
                    Long.parseLong(numbers[3]),
                    Long.parseLong(numbers[4]),
                    Long.parseLong(numbers[5]));
        }
    }

    /** Starts, and says what it was like. */
    static final class Starter {

        private Starter() {}

        public static void main(String[] arguments) {
            long begin = System.nanoTime();
            EmbeddedCache cache = EmbeddedCache.open(EmbeddedCacheSettings.onDisk(Path.of(arguments[0])));
            List<S3FifoIndex> index = new ArrayList<>(1);
            index.add(S3FifoIndex.load(cache.blobCatalog(), Clock.systemUTC()));
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
            long processorMillis = processorMillis();
            long heap = used();
            long count = index.getFirst().count();
            long bytes = index.getFirst().bytes();
            index.clear();
            System.out.println(new Started(count, bytes, millis, processorMillis, heap, heap - used()).line());
            cache.close();
        }

        private static long processorMillis() {
            return ProcessHandle.current()
                    .info()
                    .totalCpuDuration()
                    .orElse(Duration.ofNanos(Long.MAX_VALUE))
                    .toMillis();
        }

        private static long used() {
            System.gc();
            return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
        }
    }
}
