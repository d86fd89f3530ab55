package io.sluice.cache.disk;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import com.github.benmanes.caffeine.cache.Scheduler;
import io.sluice.oci.Digest;
import java.io.IOException;
import java.time.Duration;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** Blobs that were given up half-written, for whoever goes on with them soon. They are deleted after a while. */
final class LeftBehind {

    private static final long MAX_FILES = 64;

    private final Cache<Digest, Incoming> files;
    private final FileLayer layer;
    private final Room room;
    private final DiskObserver observer;

    LeftBehind(Duration time, FileLayer layer, FileThreads threads, Room room, DiskObserver observer) {
        this.layer = layer;
        this.room = room;
        this.observer = observer;
        this.files = Caffeine.newBuilder()
                .maximumSize(MAX_FILES)
                .expireAfterWrite(time)
                .scheduler(Scheduler.systemScheduler())
                .executor(threads)
                .removalListener(this::left)
                .build();
    }

    private void left(@Nullable Digest digest, @Nullable Incoming incoming, RemovalCause cause) {
        if (incoming != null && cause.wasEvicted()) {
            delete(incoming);
        }
    }

    /** Takes one in, and gives away an earlier one of the same blob, or null. */
    @Nullable
    Incoming put(Incoming incoming) {
        return files.asMap().put(incoming.digest(), incoming);
    }

    /** Gives one away, or null. */
    @Nullable
    Incoming take(Digest digest) {
        return files.asMap().remove(digest);
    }

    /** Deletes one of them; false when there is none. Blocks. */
    boolean dropOne() {
        Iterator<Digest> any = files.asMap().keySet().iterator();
        Incoming incoming = any.hasNext() ? take(any.next()) : null;
        if (incoming == null) {
            return false;
        }
        delete(incoming);
        return true;
    }

    /** Closes and deletes a file that nobody reads, and gives its room back. Blocks. */
    void delete(Incoming incoming) {
        try {
            incoming.channel().close();
            layer.delete(incoming.file());
        } catch (IOException e) {
            observer.failed(incoming.file(), e);
        }
        room.give(incoming.reserved());
        incoming.reserve(0);
    }
}
