package io.sluice.cache.disk;

import io.sluice.cache.blob.NoRoomException;
import io.sluice.cache.disk.BlobIndex.Entry;
import io.sluice.oci.Digest;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * The whole blobs on disk: which there are, what they take, and who has to leave when there is no room. Until the index is
 * loaded it is empty, and nobody leaves.
 */
final class Holdings {

    private final BlobPaths paths;
    private final FileLayer files;
    private final Room room;
    private final OpenBlobs open;
    private final SmallBlobs small;
    private final Quarantine quarantine;
    private final LeftBehind leftBehind;
    private final DiskObserver observer;
    private final AtomicLong evictions = new AtomicLong();
    private final Sinks.Empty<Void> loaded = Sinks.empty();
    private volatile @Nullable BlobIndex index;

    Holdings(
            BlobPaths paths,
            FileLayer files,
            Room room,
            OpenBlobs open,
            SmallBlobs small,
            Quarantine quarantine,
            LeftBehind leftBehind,
            DiskObserver observer) {
        this.paths = paths;
        this.files = files;
        this.room = room;
        this.open = open;
        this.small = small;
        this.quarantine = quarantine;
        this.leftBehind = leftBehind;
        this.observer = observer;
    }

    /** From now on the index is known. */
    void load(BlobIndex known) {
        index = known;
        loaded.tryEmitEmpty();
    }

    boolean isLoaded() {
        return index != null;
    }

    Mono<Void> loaded() {
        return isLoaded() ? Mono.empty() : loaded.asMono();
    }

    /** The index, once it is loaded. */
    BlobIndex index() {
        return Objects.requireNonNull(index, "the index is not loaded yet");
    }

    long evictions() {
        return evictions.get();
    }

    /** A file that is there under its name is held from now on; its room is taken already. */
    void kept(Digest digest, long size, boolean verified) {
        if (!index().add(digest, size, verified)) {
            room.give(Room.of(size));
        }
    }

    /** A file was found that nobody knew of. One that has its name and not yet its entry is still its writer's. */
    void found(Digest digest, long size) {
        if (open.arriving(digest) == null && index().add(digest, size, false)) {
            room.count(Room.of(size));
        }
    }

    /** Forgets a blob and deletes its file. Blocks. */
    void remove(Digest digest) {
        open.alone(digest, () -> {
            long size = index().remove(digest);
            if (size >= 0) {
                delete(digest, size);
            }
        });
    }

    /** Looks whether the file of a blob is there, and forgets the blob if not. Blocks. */
    void confirm(Digest digest) {
        open.alone(digest, () -> {
            try {
                files.size(paths.file(digest));
            } catch (NoSuchFileException e) {
                missing(digest);
            } catch (IOException e) {
                observer.failed(digest, e);
            }
        });
    }

    /** Forgets a blob whose file is gone; its digest is the caller's {@link OpenBlobs#alone alone}. */
    void missing(Digest digest) {
        orphan(digest, index().remove(digest));
    }

    /** Puts a file aside that is not what its name says. Blocks; its digest is the caller's {@link OpenBlobs#alone alone}. */
    void quarantine(Digest digest, Throwable cause) {
        long size = index().remove(digest);
        observer.damaged(digest, cause);
        quarantine.take(digest, paths.file(digest));
        orphan(digest, size);
    }

    private void delete(Digest digest, long size) {
        try {
            files.delete(paths.file(digest));
        } catch (IOException e) {
            observer.failed(paths.file(digest), e);
        }
        orphan(digest, size);
    }

    /** @param size what the index knew of it, bytes, or -1 */
    private void orphan(Digest digest, long size) {
        small.forget(digest);
        if (size >= 0) {
            open.orphan(digest, Room.of(size));
        }
    }

    /**
     * Takes room, and lets others leave for it. Blocks.
     *
     * @throws NoRoomException when there is not enough, whatever leaves
     */
    void takeRoom(Digest digest, long bytes) {
        if (!room.couldTake(bytes)) {
            throw new NoRoomException(digest, bytes, null);
        }
        while (!room.take(bytes)) {
            if (!letLeave()) {
                throw new NoRoomException(digest, bytes, null);
            }
        }
    }

    /** Lets the least valuable leave until the limit holds. Blocks. */
    void shrink() {
        boolean left = true;
        while (left && room.isOver()) {
            left = letLeave();
        }
    }

    /** Lets so many bytes leave, or so many files, to make room on a disk that is full. Blocks; false when nothing left. */
    boolean free(long bytes, int files) {
        long before = room.taken();
        int left = 0;
        while ((left < files || before - room.taken() < bytes) && letLeave()) {
            left++;
        }
        return left > 0;
    }

    /** Closes files that nobody uses now, where the process has too many of them open. Blocks. */
    void closeWhatNobodyUses() {
        open.closeIdle();
        leftBehind.dropOne();
    }

    /** What is damaged leaves first, then what is half, then the least valuable. */
    private boolean letLeave() {
        return quarantine.deleteOldest() || leftBehind.dropOne() || evict();
    }

    private boolean evict() {
        Entry victim = isLoaded() ? index().evict() : null;
        if (victim == null) {
            return false;
        }
        evictions.incrementAndGet();
        open.alone(victim.digest(), () -> delete(victim.digest(), victim.size()));
        return true;
    }
}
