package io.sluice.cache.disk;

import static io.sluice.cache.manifest.Samples.digest;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cache.disk.BlobIndex.Entry;
import io.sluice.oci.Digest;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The index in the hands of several threads at once. */
class IndexConcurrencyTest {

    private static final int THREADS = 4;
    private static final int STEPS = 30_000;

    private final MemoryCatalog catalog = new MemoryCatalog();
    private final BlobIndex index = S3FifoIndex.load(catalog, Clock.systemUTC());
    private final List<Digest> digests =
            IntStream.range(0, 2_000).mapToObj(i -> digest(i)).toList();

    @Test
    void whatCameAndDidNotLeaveIsThere() throws InterruptedException, ExecutionException, TimeoutException {
        AtomicLong balance = new AtomicLong();
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                Random random = new Random(i);
                running.add(threads.submit(() -> work(random, balance)));
            }
            for (Future<?> each : running) {
                each.get(60, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }

        List<Entry> entries = Walk.over(index);
        assertThat(entries).doesNotHaveDuplicates().hasSize((int) index.count());
        assertThat(entries.stream().mapToLong(Entry::size).sum())
                .isEqualTo(index.bytes())
                .isEqualTo(balance.get());
        assertThat(catalog.entries().keySet())
                .isEqualTo(entries.stream().map(Entry::digest).collect(Collectors.toSet()));
    }

    private void work(Random random, AtomicLong balance) {
        for (int i = 0; i < STEPS; i++) {
            int number = random.nextInt(digests.size());
            Digest digest = digests.get(number);
            switch (random.nextInt(8)) {
                case 0, 1, 2 -> balance.addAndGet(index.add(digest, number, false) ? number : 0);
                case 3, 4 -> index.use(digest);
                case 5 -> balance.addAndGet(-Math.max(0, index.remove(digest)));
                case 6 -> balance.addAndGet(-evicted());
                default -> Walk.on(index, positionNearTheEnd());
            }
        }
    }

    private long evicted() {
        Entry entry = index.evict();
        return entry == null ? 0 : entry.size();
    }

    private BlobIndex.Position positionNearTheEnd() {
        BlobIndex.Position position = new BlobIndex.Position();
        position.slot = digests.size() - 100;
        return position;
    }
}
