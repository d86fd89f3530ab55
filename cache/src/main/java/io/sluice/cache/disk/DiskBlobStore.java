package io.sluice.cache.disk;

import io.sluice.cache.blob.BlobReader;
import io.sluice.cache.blob.BlobStore;
import io.sluice.cache.blob.BlobStoreException;
import io.sluice.cache.blob.BlobUsage;
import io.sluice.cache.blob.BlobWriter;
import io.sluice.cache.blob.NoRoomException;
import io.sluice.oci.Digest;
import io.sluice.oci.Digest.Algorithm;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Blobs as files named by their digest. A file gets its name only when all of it is verified and safe on the disk; what
 * has a name is therefore whole, and the first reading after a restart sees to it that it still is.
 *
 * <p>A file is the truth; the index and the catalog behind it save looking at all of them.
 */
public final class DiskBlobStore implements BlobStore, AutoCloseable {

    private static final int THREADS = 8;
    private static final int KEEPERS = 4;
    private static final long GROW_BY = 8L * 1024 * 1024;
    private static final long FREE_AT_ONCE = 64L * 1024 * 1024;
    private static final int FREE_FILES_AT_ONCE = 16;

    private final BlobPaths paths;
    private final FileLayer files;
    private final FileThreads threads = new FileThreads("sluice-blob", THREADS);

    /** Apart from the others, because they wait for the disk most of the time. */
    private final FileThreads keepers = new FileThreads("sluice-blob-keep", KEEPERS);

    private final FileReading reading;
    private final Room room;
    private final OpenBlobs open;
    private final Quarantine quarantine;
    private final LeftBehind leftBehind;
    private final Holdings holdings;
    private final DiskObserver observer;
    private final Caretaker caretaker;
    private final BlobCatalog catalog;

    DiskBlobStore(DiskBlobSettings settings, FileLayer files, BlobCatalog catalog, DiskObserver observer) {
        this.paths = new BlobPaths(settings.root());
        this.files = files;
        this.observer = observer;
        this.catalog = catalog;
        this.reading = new FileReading(files, threads);
        this.room = new Room(settings.limit(), settings.others());
        this.open = new OpenBlobs(threads, room, observer);
        this.quarantine = new Quarantine(paths, files, room, observer);
        this.leftBehind = new LeftBehind(settings.leftBehindFor(), files, threads, room, observer);
        this.holdings = new Holdings(paths, files, room, open, quarantine, leftBehind, observer);
        Scrub scrub = new Scrub(paths, files, reading, holdings, open, settings.scrubRate());
        this.caretaker = new Caretaker(settings, paths, files, scrub, catalog, holdings, room, observer);
        open.onDamage(this::damaged);
    }

    /**
     * Opens the store: sweeps away what an earlier process was writing, and begins to load the index. Blocks, not for long.
     *
     * @param catalog what is known of the files; closed together with the store
     * @throws IOException when the directories cannot be made
     */
    public static DiskBlobStore open(DiskBlobSettings settings, BlobCatalog catalog, DiskObserver observer)
            throws IOException {
        Path parent = settings.root().toAbsolutePath().getParent();
        FileLayer files = new OwnedFiles(parent == null ? settings.root() : parent);
        return open(settings, files, catalog, observer);
    }

    static DiskBlobStore open(DiskBlobSettings settings, FileLayer files, BlobCatalog catalog, DiskObserver observer)
            throws IOException {
        DiskBlobStore store = new DiskBlobStore(settings, files, catalog, observer);
        try {
            store.prepare();
        } catch (IOException | RuntimeException e) {
            store.endThreads();
            throw e;
        }
        store.caretaker.start();
        return store;
    }

    private void prepare() throws IOException {
        files.createDirectory(paths.root());
        files.createDirectory(paths.incoming());
        for (Algorithm algorithm : Algorithm.values()) {
            files.createDirectory(paths.directory(algorithm));
        }
        files.forceDirectory(paths.root());
        Path parent = paths.root().toAbsolutePath().getParent();
        if (parent != null) {
            files.forceDirectory(parent);
        }
        for (Path leftover : files.list(paths.incoming())) {
            files.delete(leftover);
        }
        quarantine.open();
    }

    // --- reading

    @Override
    public Mono<BlobReader> open(Digest digest) {
        return Mono.defer(() -> {
            Optional<BlobReader> reader = open.reader(digest);
            if (reader.isPresent()) {
                return used(reader.get());
            }
            if (holdings.isLoaded() && holdings.index().size(digest) < 0) {
                return Mono.empty();
            }
            return threads.call(() -> Optional.ofNullable(openAlone(digest)))
                    .flatMap(Mono::justOrEmpty)
                    .flatMap(this::opened)
                    .onErrorResume(BlobStoreException.class, this::miss);
        });
    }

    private Mono<BlobReader> miss(BlobStoreException failure) {
        observer.failed("opening a blob", failure);
        return Mono.empty();
    }

    /** A blob that is still being hashed before its first byte is a hit or a miss only then. */
    private Mono<BlobReader> opened(OpenBlob blob) {
        Optional<BlobReader> reader = blob.reader();
        if (reader.isEmpty()) {
            return Mono.empty();
        }
        return used(reader.get());
    }

    private Mono<BlobReader> used(BlobReader reader) {
        OpenBlob blob = open.held(reader.digest());
        if (holdings.isLoaded()) {
            holdings.index().use(reader.digest());
        }
        if (blob == null || blob.isWhole() || blob.size() > Verification.AT_ONCE) {
            return Mono.just(reader);
        }
        return blob.verified()
                .thenReturn(reader)
                .doOnError(damage -> reader.close())
                .doOnCancel(reader::close)
                .onErrorResume(damage -> Mono.empty());
    }

    private @Nullable OpenBlob openAlone(Digest digest) {
        AtomicReference<@Nullable OpenBlob> opened = new AtomicReference<>();
        open.alone(digest, () -> opened.set(openFile(digest)));
        return opened.get();
    }

    private @Nullable OpenBlob openFile(Digest digest) {
        OpenBlob already = open.held(digest);
        if (already != null && already.isOpen()) {
            return already;
        }
        long known = holdings.isLoaded() ? holdings.index().size(digest) : -1;
        Path file = paths.file(digest);
        try {
            long size = files.size(file);
            if (known >= 0 && size != known) {
                throw new BlobStoreException("it has " + size + " bytes, not " + known);
            }
            return openFile(digest, file, size);
        } catch (NoSuchFileException e) {
            if (holdings.isLoaded()) {
                holdings.missing(digest);
            }
            return null;
        } catch (IOException | BlobStoreException e) {
            return unusable(digest, e);
        }
    }

    private @Nullable OpenBlob unusable(Digest digest, Exception cause) {
        if (isOutOfFiles(cause)) {
            closeWhatNobodyUses();
            observer.failed(digest, cause);
        } else if (holdings.isLoaded()) {
            holdings.quarantine(digest, cause);
        }
        return null;
    }

    private void closeWhatNobodyUses() {
        open.closeIdle();
        leftBehind.dropOne();
    }

    private static boolean isOutOfFiles(Exception cause) {
        return String.valueOf(cause.getMessage()).contains("Too many open files");
    }

    private OpenBlob openFile(Digest digest, Path file, long size) throws IOException {
        boolean verified = holdings.isLoaded() && holdings.index().isVerified(digest);
        OpenBlob blob = new OpenBlob(digest, files.open(file), size, reading, open);
        open.isHeld(blob);
        if (verified) {
            blob.complete(size);
            blob.rest();
        } else {
            Verification first = new Verification(blob, reading, threads, new FirstReading());
            threads.execute(first::start);
        }
        return blob;
    }

    /** What follows from the first reading since the start. */
    private final class FirstReading implements Verification.Listener {

        @Override
        public void matches(OpenBlob blob) {
            holdings.loaded()
                    .subscribe(nothing -> {}, e -> {}, () -> holdings.index().verified(blob.digest()));
            blob.rest();
        }

        @Override
        public void differs(OpenBlob blob, BlobStoreException failure) {
            damaged(blob, failure);
            blob.rest();
        }

        @Override
        public void stopped(OpenBlob blob) {
            open.closeWithdrawn(blob);
        }
    }

    private void damaged(OpenBlob blob, BlobStoreException failure) {
        open.alone(blob.digest(), () -> {
            if (holdings.isLoaded() && open.held(blob.digest()) == blob) {
                holdings.quarantine(blob.digest(), failure);
            }
        });
    }

    @Override
    public Mono<Long> size(Digest digest) {
        return Mono.defer(() -> {
            OpenBlob arriving = open.arriving(digest);
            if (arriving != null && arriving.size() >= 0) {
                return Mono.just(arriving.size());
            }
            if (holdings.isLoaded()) {
                long size = holdings.index().size(digest);
                return size < 0 ? Mono.empty() : Mono.just(size);
            }
            return threads.call(() -> files.size(paths.file(digest)))
                    .onErrorResume(IOException.class, e -> Mono.empty());
        });
    }

    // --- writing

    @Override
    public Mono<BlobWriter> write(Digest digest) {
        return threads.call(() -> begin(digest));
    }

    private BlobWriter begin(Digest digest) {
        Incoming earlier = leftBehind.take(digest);
        Incoming incoming = earlier == null ? create(digest) : earlier;
        OpenBlob blob = new OpenBlob(digest, incoming.channel(), -1, reading, open);
        return new DiskBlobWriter(incoming, blob, this);
    }

    private Incoming create(Digest digest) {
        Path file = paths.newIncoming();
        try {
            return new Incoming(digest, file, files.create(file));
        } catch (IOException e) {
            return createAgain(digest, e);
        }
    }

    private Incoming createAgain(Digest digest, IOException first) {
        if (isOutOfFiles(first)) {
            closeWhatNobodyUses();
        } else if (!files.isFull(paths.root(), first) || !holdings.free(0, FREE_FILES_AT_ONCE)) {
            throw failed("a file for " + digest + " cannot be made", first);
        }
        Path file = paths.newIncoming();
        try {
            return new Incoming(digest, file, files.create(file));
        } catch (IOException e) {
            throw failed("a file for " + digest + " cannot be made", e);
        }
    }

    private BlobStoreException failed(String what, IOException cause) {
        observer.failed(what, cause);
        return new BlobStoreException(what, cause);
    }

    FileThreads threads() {
        return threads;
    }

    /** Where {@link #keep} may block. */
    FileThreads keepers() {
        return keepers;
    }

    FileReading reading() {
        return reading;
    }

    /** Takes the room for so many bytes of a blob at once. */
    Mono<Void> reserve(Incoming incoming, long bytes) {
        return holdings.loaded().then(threads.run(() -> reserveNow(incoming, Room.of(bytes))));
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
        if (!files.isFull(paths.root(), first)) {
            throw failed("writing " + incoming.digest(), first);
        }
        observer.full(incoming.digest(), first);
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
            files.write(incoming.channel(), bytes);
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
            files.force(incoming.channel());
            name(incoming);
        } catch (IOException e) {
            notKept(incoming, blob);
            throw failed("keeping " + digest, e);
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
            if (!files.isFull(paths.root(), e) || !holdings.free(0, FREE_FILES_AT_ONCE)) {
                throw e;
            }
            observer.full(incoming.digest(), e);
            nameOnce(incoming);
        }
    }

    private void nameOnce(Incoming incoming) throws IOException {
        Path directory = paths.directory(incoming.digest());
        files.createDirectory(directory);
        files.forceDirectory(paths.directory(incoming.digest().algorithm()));
        files.rename(incoming.file(), paths.file(incoming.digest()));
        files.forceDirectory(directory);
    }

    private void notKept(Incoming incoming, OpenBlob blob) {
        try {
            files.delete(paths.file(incoming.digest()));
        } catch (IOException e) {
            observer.failed(paths.file(incoming.digest()), e);
        }
        discard(incoming, blob);
    }

    /** Deletes the file; its readers finish. Blocks. */
    void discard(Incoming incoming, OpenBlob blob) {
        open.hasArrived(blob);
        try {
            files.delete(incoming.file());
        } catch (IOException e) {
            observer.failed(incoming.file(), e);
        }
        if (!blob.owe(incoming.reserved())) {
            room.give(incoming.reserved());
        }
        incoming.reserve(0);
        blob.rest();
    }

    void discardSoon(Incoming incoming, OpenBlob blob) {
        threads.execute(() -> discard(incoming, blob));
    }

    /** Keeps what is written for the next who writes it, and no more room than that takes. Does not block. */
    void leaveBehind(Incoming incoming, OpenBlob blob) {
        open.hasArrived(blob);
        long more = incoming.reserved() - Room.of(incoming.written());
        room.give(more);
        incoming.reserve(incoming.reserved() - more);
        Incoming earlier = leftBehind.put(incoming);
        if (earlier != null) {
            threads.execute(() -> leftBehind.delete(earlier));
        }
    }

    // --- the rest

    @Override
    public void pin(Digest digest) {
        holdings.loaded()
                .subscribe(nothing -> {}, e -> {}, () -> holdings.index().pin(digest));
    }

    @Override
    public Mono<Void> remove(Digest digest) {
        return holdings.loaded().then(threads.run(() -> holdings.remove(digest)));
    }

    @Override
    public BlobUsage usage() {
        return new BlobUsage(
                holdings.isLoaded() ? holdings.index().count() : 0,
                room.taken(),
                room.limit(),
                open.arriving(),
                open.readers(),
                holdings.evictions(),
                quarantine.count());
    }

    /** Completes when the index is loaded. */
    public Mono<Void> loaded() {
        return holdings.loaded();
    }

    /** Ends the work in the background, and closes the catalog. Blocks. */
    @Override
    public void close() {
        caretaker.close();
        open.closeIdle();
        endThreads();
        catalog.close();
    }

    private void endThreads() {
        keepers.close();
        threads.close();
    }
}
