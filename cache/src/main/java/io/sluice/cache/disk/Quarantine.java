package io.sluice.cache.disk;

import io.sluice.oci.Digest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicLong;

/** The last files that were found damaged, for whoever wants to look; they count like all others. Blocks. */
final class Quarantine {

    private static final int KEPT = 2;

    /** @param taken what it takes, bytes */
    private record Inmate(Path file, long taken) {}

    private final BlobPaths paths;
    private final FileLayer files;
    private final Room room;
    private final DiskObserver observer;
    private final ArrayDeque<Inmate> inmates = new ArrayDeque<>();
    private final AtomicLong count = new AtomicLong();

    Quarantine(BlobPaths paths, FileLayer files, Room room, DiskObserver observer) {
        this.paths = paths;
        this.files = files;
        this.room = room;
        this.observer = observer;
    }

    /** Counts what an earlier process has put there. */
    void open() throws IOException {
        files.createDirectory(paths.quarantine());
        files.list(paths.quarantine()).forEach(this::admit);
    }

    /** How many files were found damaged since the start. */
    long count() {
        return count.get();
    }

    /** Moves a file here; one that cannot be moved is deleted. */
    void take(Digest digest, Path file) {
        count.incrementAndGet();
        Path inside = paths.newQuarantine(digest);
        try {
            files.rename(file, inside);
        } catch (IOException e) {
            delete(file);
            return;
        }
        admit(inside);
    }

    private synchronized void admit(Path file) {
        try {
            long taken = Room.of(files.size(file));
            room.count(taken);
            inmates.addLast(new Inmate(file, taken));
        } catch (IOException e) {
            delete(file);
        }
        while (inmates.size() > KEPT) {
            deleteOldest();
        }
    }

    /** Deletes the oldest; false when there is none. */
    synchronized boolean deleteOldest() {
        Inmate oldest = inmates.pollFirst();
        if (oldest == null) {
            return false;
        }
        delete(oldest.file);
        room.give(oldest.taken);
        return true;
    }

    private void delete(Path file) {
        try {
            files.delete(file);
        } catch (IOException e) {
            observer.failed(file, e);
        }
    }
}
