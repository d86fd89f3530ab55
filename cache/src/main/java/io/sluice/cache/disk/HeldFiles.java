package io.sluice.cache.disk;

import io.sluice.cache.blob.BlobReader;
import io.sluice.cache.blob.BlobStoreException;
import io.sluice.cache.disk.SmallBlobs.Small;
import io.sluice.oci.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Opens the files that are held. What is missing, short or damaged is a miss, and is forgotten; what was not read since the
 * start is verified while it is read.
 */
final class HeldFiles {

    private final Disk disk;
    private final OpenBlobs open;
    private final SmallBlobs small;
    private final Holdings holdings;

    HeldFiles(Disk disk, OpenBlobs open, SmallBlobs small, Holdings holdings) {
        this.disk = disk;
        this.open = open;
        this.small = small;
        this.holdings = holdings;
        open.onDamage(this::damaged);
    }

    /** The bytes of a blob that is held, if they are in memory, or null. */
    @Nullable
    ByteBuffer inMemory(Digest digest) {
        Small blob = small.find(digest);
        if (blob == null) {
            return null;
        }
        noteUse(digest, blob.lastUse());
        return blob.bytes().duplicate();
    }

    private void noteUse(Digest digest, LastUse last) {
        if (last.isAnew() && holdings.isLoaded()) {
            holdings.index().use(digest);
        }
    }

    /** A reader of a blob that is held or arriving, or empty. */
    Mono<BlobReader> open(Digest digest) {
        return Mono.defer(() -> {
            Optional<BlobReader> reader = open.reader(digest);
            if (reader.isPresent()) {
                return used(reader.get());
            }
            if (holdings.isLoaded() && holdings.index().size(digest) < 0) {
                return Mono.empty();
            }
            return disk.threads()
                    .call(() -> Optional.ofNullable(openAlone(digest)))
                    .flatMap(Mono::justOrEmpty)
                    .flatMap(this::opened)
                    .onErrorResume(BlobStoreException.class, this::miss);
        });
    }

    private Mono<BlobReader> miss(BlobStoreException failure) {
        disk.observer().failed("opening a blob", failure);
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
        if (blob == null) {
            return Mono.just(reader);
        }
        noteUse(reader.digest(), blob.lastUse());
        if (blob.isWhole()) {
            small.remember(blob);
            return Mono.just(reader);
        }
        if (blob.size() > Verification.AT_ONCE) {
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
        Path file = disk.paths().file(digest);
        try {
            long size = disk.files().size(file);
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
        if (Disk.isOutOfFiles(cause)) {
            holdings.closeWhatNobodyUses();
            disk.observer().failed(digest, cause);
        } else if (holdings.isLoaded()) {
            holdings.quarantine(digest, cause);
        }
        return null;
    }

    private OpenBlob openFile(Digest digest, Path file, long size) throws IOException {
        boolean verified = holdings.isLoaded() && holdings.index().isVerified(digest);
        OpenBlob blob = new OpenBlob(digest, disk.files().open(file), size, disk.reading(), open);
        open.isHeld(blob);
        if (verified) {
            blob.complete(size);
            blob.rest();
        } else {
            Verification first = new Verification(blob, disk.reading(), disk.threads(), new FirstReading());
            disk.threads().execute(first::start);
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
}
