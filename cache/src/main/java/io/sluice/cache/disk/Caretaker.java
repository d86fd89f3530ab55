package io.sluice.cache.disk;

import io.sluice.cache.disk.BlobIndex.Entry;
import io.sluice.cache.disk.BlobIndex.Position;
import io.sluice.oci.Digest;
import io.sluice.oci.Digest.Algorithm;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * What is done behind everybody's back, by one thread: it loads the index, then compares it with what is really on the
 * disk, and then reads one file after the other again, slowly, to find those that have changed by themselves (T29).
 */
final class Caretaker implements AutoCloseable {

    private static final Duration BETWEEN_ROUNDS = Duration.ofMinutes(1);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(30);
    private static final int BREATH_AFTER = 1_000;
    private static final Duration BREATH = Duration.ofMillis(2);

    private final Disk disk;
    private final Clock clock;
    private final BlobCatalog catalog;
    private final Holdings holdings;
    private final Scrub scrub;
    private final Room room;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;

    Caretaker(Disk disk, Clock clock, Scrub scrub, BlobCatalog catalog, Holdings holdings, Room room) {
        this.disk = disk;
        this.clock = clock;
        this.catalog = catalog;
        this.holdings = holdings;
        this.scrub = scrub;
        this.room = room;
        this.thread = Thread.ofPlatform().daemon().name("sluice-blob-care").unstarted(this::work);
    }

    void start() {
        thread.start();
    }

    private void work() {
        load();
        walkThroughTheFiles();
        walkThroughTheIndex();
        while (!pause(BETWEEN_ROUNDS)) {
            readAgain();
        }
    }

    /** Whatever one round fails with, the next may succeed. */
    private void readAgain() {
        try {
            scrub.round(this::pause);
        } catch (RuntimeException e) {
            disk.observer().failed(disk.paths().root(), e);
        }
    }

    private void load() {
        holdings.load(S3FifoIndex.load(new CountedCatalog(catalog, room), clock));
        holdings.shrink();
    }

    private void walkThroughTheFiles() {
        for (Algorithm algorithm : Algorithm.values()) {
            for (Path directory : disk.paths().directories(algorithm)) {
                if (pause(BREATH)) {
                    return;
                }
                look(algorithm, directory);
            }
        }
        holdings.shrink();
    }

    private void look(Algorithm algorithm, Path directory) {
        try {
            for (Path file : disk.files().list(directory)) {
                Digest digest = BlobPaths.digest(algorithm, file);
                if (digest != null && holdings.index().size(digest) < 0) {
                    holdings.found(digest, disk.files().size(file));
                }
            }
        } catch (NoSuchFileException e) {
            // Nothing was ever kept there.
        } catch (IOException | RuntimeException e) {
            disk.observer().failed(directory, e);
        }
    }

    private void walkThroughTheIndex() {
        Position position = new Position();
        int seen = 0;
        for (Entry entry = holdings.index().next(position);
                entry != null;
                entry = holdings.index().next(position)) {
            if (++seen % BREATH_AFTER == 0 && pause(BREATH)) {
                return;
            }
            holdings.confirm(entry.digest());
        }
    }

    /** Waits; true when it is time to end. */
    private boolean pause(Duration time) {
        try {
            return closing.await(time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            return true;
        }
    }

    /** Ends the work. Blocks. */
    @Override
    public void close() {
        closing.countDown();
        try {
            thread.join(CLOSE_WITHIN);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
