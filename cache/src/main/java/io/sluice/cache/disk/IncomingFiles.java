package io.sluice.cache.disk;

import io.sluice.cache.blob.BlobWriter;
import io.sluice.cache.blob.NoRoomException;
import io.sluice.oci.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import reactor.core.publisher.Mono;

/**
 * The files that are on their way into the store: they are made, filled, and then given their name, left behind, or
 * deleted. On a disk that is full others leave for them.
 */
final class IncomingFiles {

    private static final long GROW_BY = 8L * 1024 * 1024;
    private static final long FREE_AT_ONCE = 64L * 1024 * 1024;
    private static final int FREE_FILES_AT_ONCE = 16;

    private final Disk disk;
    private final Room room;
    private final OpenBlobs open;
    private final LeftBehind leftBehind;
    private final Holdings holdings;

    IncomingFiles(Disk disk, Room room, OpenBlobs open, LeftBehind leftBehind, Holdings holdings) {
        this.disk = disk;
        this.room = room;
        this.open = open;
        this.leftBehind = leftBehind;
        this.holdings = holdings;
    }

    /** A writer of a blob, from its beginning or from where another left it; nobody waits for a new file to be made. */
    Mono<BlobWriter> write(Digest digest) {
        return Mono.fromSupplier(() -> {
            Incoming earlier = leftBehind.take(digest);
            return earlier == null
                    ? new AwaitedWriter(digest, disk.threads(), FileThreads.PATIENCE, () -> writer(create(digest)))
                    : writer(earlier);
        });
    }

    private BlobWriter writer(Incoming incoming) {
        OpenBlob blob = new OpenBlob(incoming.digest(), incoming.channel(), -1, disk.reading(), open);
        return new DiskBlobWriter(incoming, blob, this);
    }

    private Incoming create(Digest digest) {
        Path file = disk.paths().newIncoming();
        try {
            return new Incoming(digest, file, disk.files().create(file));
        } catch (IOException e) {
            return createAgain(digest, e);
        }
    }

    private Incoming createAgain(Digest digest, IOException first) {
        if (Disk.isOutOfFiles(first)) {
            holdings.closeWhatNobodyUses();
        } else if (!disk.isFull(first) || !holdings.free(0, FREE_FILES_AT_ONCE)) {
            throw disk.failed("a file for " + digest + " cannot be made", first);
        }
        Path file = disk.paths().newIncoming();
        try {
            return new Incoming(digest, file, disk.files().create(file));
        } catch (IOException e) {
            throw disk.failed("a file for " + digest + " cannot be made", e);
        }
    }

    /** Where writers may block. */
    FileThreads threads() {
        return disk.threads();
    }

    /** Where {@link #keep} may block. */
    FileThreads keepers() {
        return disk.keepers();
    }

    FileReading reading() {
        return disk.reading();
    }

    /** Takes the room for so many bytes of a blob at once; where others have to leave for it, on a thread that may block. */
    Mono<Void> reserve(Incoming incoming, long bytes) {
        long needed = Room.of(bytes);
        return holdings.loaded()
                .then(Mono.defer(() -> reserveIfThereIsRoom(incoming, needed)
                        ? Mono.empty()
                        : disk.threads().run(() -> reserveNow(incoming, needed))));
    }

    private boolean reserveIfThereIsRoom(Incoming incoming, long bytes) {
        long more = bytes - incoming.reserved();
        if (more > 0 && room.take(more)) {
            incoming.reserve(bytes);
        }
        return bytes <= incoming.reserved();
    }

    private void reserveNow(Incoming incoming, long bytes) {
        if (bytes > incoming.reserved()) {
            holdings.takeRoom(incoming.digest(), bytes - incoming.reserved());
            incoming.reserve(bytes);
        }
    }

    /** Takes the room for so many bytes, and for some more, so that a blob of unknown length does not ask for every piece. */
    void makeRoom(Incoming incoming, long bytes) {
        if (bytes > incoming.reserved()) {
            long more = Math.max(bytes, incoming.reserved() + GROW_BY);
            reserveNow(incoming, Room.of(room.couldTake(more) ? more : bytes));
        }
    }

    /** Writes all of it; on a disk that is full others leave first. */
    void writeAll(Incoming incoming, ByteBuffer[] bytes) {
        try {
            writeOnce(incoming, bytes);
        } catch (IOException e) {
            writeAgain(incoming, bytes, e);
        }
    }

    private void writeAgain(Incoming incoming, ByteBuffer[] bytes, IOException first) {
        if (!disk.isFull(first)) {
            throw disk.failed("writing " + incoming.digest(), first);
        }
        disk.observer().full(incoming.digest(), first);
        if (!holdings.free(FREE_AT_ONCE, 1)) {
            throw new NoRoomException(incoming.digest(), left(bytes), first);
        }
        try {
            writeOnce(incoming, bytes);
        } catch (IOException e) {
            throw new NoRoomException(incoming.digest(), left(bytes), e);
        }
    }

    private void writeOnce(Incoming incoming, ByteBuffer[] bytes) throws IOException {
        while (left(bytes) > 0) {
            disk.files().write(incoming.channel(), bytes);
        }
    }

    private static long left(ByteBuffer[] bytes) {
        long left = 0;
        for (ByteBuffer each : bytes) {
            left += each.remaining();
        }
        return left;
    }

    void arriving(OpenBlob blob) {
        open.isArriving(blob);
    }

    /** Keeps a verified file: first its bytes are safe, then its name, then it is known. Blocks. */
    void keep(Incoming incoming, OpenBlob blob) {
        Digest digest = incoming.digest();
        if (holdings.index().size(digest) >= 0) {
            discard(incoming, blob);
            return;
        }
        try {
            disk.files().force(incoming.channel());
            name(incoming);
        } catch (IOException e) {
            notKept(incoming, blob);
            throw disk.failed("keeping " + digest, e);
        }
        room.give(incoming.reserved() - Room.of(incoming.written()));
        open.alone(digest, () -> {
            holdings.kept(digest, incoming.written(), true);
            open.isHeld(blob);
        });
        open.hasArrived(blob);
        blob.rest();
    }

    /** A name may need room on the disk too; a file that could not be forced is never tried again, as it would be believed. */
    private void name(Incoming incoming) throws IOException {
        try {
            nameOnce(incoming);
        } catch (IOException e) {
            if (!disk.isFull(e) || !holdings.free(0, FREE_FILES_AT_ONCE)) {
                throw e;
            }
            disk.observer().full(incoming.digest(), e);
            nameOnce(incoming);
        }
    }

    private void nameOnce(Incoming incoming) throws IOException {
        Path directory = disk.paths().directory(incoming.digest());
        disk.files().createDirectory(directory);
        disk.files().forceDirectory(disk.paths().directory(incoming.digest().algorithm()));
        disk.files().rename(incoming.file(), disk.paths().file(incoming.digest()));
        disk.files().forceDirectory(directory);
    }

    private void notKept(Incoming incoming, OpenBlob blob) {
        try {
            disk.files().delete(disk.paths().file(incoming.digest()));
        } catch (IOException e) {
            disk.observer().failed(disk.paths().file(incoming.digest()), e);
        }
        discard(incoming, blob);
    }

    /** Deletes the file; its readers finish. Blocks. */
    void discard(Incoming incoming, OpenBlob blob) {
        open.hasArrived(blob);
        try {
            disk.files().delete(incoming.file());
        } catch (IOException e) {
            disk.observer().failed(incoming.file(), e);
        }
        if (!blob.owe(incoming.reserved())) {
            room.give(incoming.reserved());
        }
        incoming.reserve(0);
        blob.rest();
    }

    void discardSoon(Incoming incoming, OpenBlob blob) {
        disk.threads().execute(() -> discard(incoming, blob));
    }

    /** Keeps what is written for the next who writes it, and no more room than that takes. Does not block. */
    void leaveBehind(Incoming incoming, OpenBlob blob) {
        open.hasArrived(blob);
        long more = incoming.reserved() - Room.of(incoming.written());
        room.give(more);
        incoming.reserve(incoming.reserved() - more);
        Incoming earlier = leftBehind.put(incoming);
        if (earlier != null) {
            disk.threads().execute(() -> leftBehind.delete(earlier));
        }
    }
}
