package io.sluice.cache.disk;

import io.sluice.cache.blob.BlobReader;
import io.sluice.cache.blob.BlobStore;
import io.sluice.cache.blob.BlobUsage;
import io.sluice.cache.blob.BlobWriter;
import io.sluice.oci.Digest;
import io.sluice.oci.Digest.Algorithm;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Blobs as files named by their digest. A file gets its name only when all of it is verified and safe on the disk; what
 * has a name is therefore whole, and the first reading after a restart sees to it that it still is.
 *
 * <p>A file is the truth; the index and the catalog behind it save looking at all of them.
 */
public final class DiskBlobStore implements BlobStore, AutoCloseable {

    private final Disk disk;
    private final Room room;
    private final OpenBlobs open;
    private final Quarantine quarantine;
    private final Holdings holdings;
    private final HeldFiles held;
    private final IncomingFiles incoming;
    private final Scrub scrub;
    private final Caretaker caretaker;
    private final BlobCatalog catalog;

    private DiskBlobStore(DiskBlobSettings settings, FileLayer files, BlobCatalog catalog, DiskObserver observer) {
        this.catalog = catalog;
        this.disk = Disk.of(new BlobPaths(settings.root()), files, observer);
        this.room = new Room(settings.limit(), settings.others());
        this.open = new OpenBlobs(disk.threads(), room, observer);
        this.quarantine = new Quarantine(disk.paths(), files, room, observer);
        LeftBehind leftBehind = new LeftBehind(settings.leftBehindFor(), files, disk.threads(), room, observer);
        SmallBlobs small = new SmallBlobs(disk, open);
        this.holdings = new Holdings(disk.paths(), files, room, open, small, quarantine, leftBehind, observer);
        this.held = new HeldFiles(disk, open, small, holdings);
        this.incoming = new IncomingFiles(disk, room, open, leftBehind, holdings);
        this.scrub = new Scrub(disk, holdings, open, settings.scrubRate());
        this.caretaker = new Caretaker(disk, settings.clock(), scrub, catalog, holdings, room);
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
            store.disk.endThreads();
            throw e;
        }
        store.caretaker.start();
        return store;
    }

    private void prepare() throws IOException {
        BlobPaths paths = disk.paths();
        FileLayer files = disk.files();
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

    /** What reads the files again. */
    Scrub scrub() {
        return scrub;
    }

    @Override
    public Mono<BlobReader> open(Digest digest) {
        return held.open(digest);
    }

    @Override
    public @Nullable ByteBuffer inMemory(Digest digest) {
        return held.inMemory(digest);
    }

    @Override
    public Mono<BlobWriter> write(Digest digest) {
        return incoming.write(digest);
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
            return disk.threads()
                    .call(() -> disk.files().size(disk.paths().file(digest)))
                    .onErrorResume(IOException.class, e -> Mono.empty());
        });
    }

    @Override
    public void pin(Digest digest) {
        holdings.loaded()
                .subscribe(nothing -> {}, e -> {}, () -> holdings.index().pin(digest));
    }

    @Override
    public Mono<Void> remove(Digest digest) {
        return holdings.loaded().then(disk.threads().run(() -> holdings.remove(digest)));
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
        disk.endThreads();
        catalog.close();
    }
}
