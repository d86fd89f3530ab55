package io.sluice.cache.disk;

import static io.sluice.cache.blob.Blobs.append;
import static io.sluice.cache.blob.Blobs.get;
import static io.sluice.cache.blob.Blobs.run;

import io.sluice.cache.blob.BlobStore;
import io.sluice.cache.blob.BlobWriter;
import io.sluice.cache.blob.Blobs;
import io.sluice.cache.blob.DigestMismatchException;
import io.sluice.cache.blob.NoRoomException;
import io.sluice.cache.embedded.EmbeddedCache;
import io.sluice.cache.embedded.EmbeddedCacheSettings;
import io.sluice.oci.Digest;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.SplittableRandom;

/**
 * A process that writes blobs of random bytes, several at a time, until it is killed. It prints the digest of each that was
 * committed, once the commit has completed.
 */
final class BlobScribbler {

    private static final int WRITERS = 4;
    private static final int SMALL = 64 * 1024;
    private static final int LARGE = 1024 * 1024;

    private final BlobStore store;
    private final OutputStream claims = new FileOutputStream(FileDescriptor.out);

    private BlobScribbler(BlobStore store) {
        this.store = store;
    }

    /** @param arguments the cache's directory, the limit of the store in bytes, and a seed */
    public static void main(String[] arguments) throws IOException {
        Path directory = Path.of(arguments[0]);
        BlobScribbler scribbler = new BlobScribbler(open(directory, cache(directory), Long.parseLong(arguments[1])));
        SplittableRandom random = new SplittableRandom(Long.parseLong(arguments[2]));
        for (int i = 0; i < WRITERS; i++) {
            SplittableRandom ofOne = random.split();
            Thread.ofPlatform().start(() -> scribbler.scribble(ofOne));
        }
    }

    /** The cache without blobs, for its catalog of them, which is on disk too. */
    static EmbeddedCache cache(Path directory) {
        return EmbeddedCache.open(EmbeddedCacheSettings.onDisk(directory).withBlobs(0));
    }

    /** A store that counts nothing but its blobs. */
    static DiskBlobStore open(Path directory, EmbeddedCache cache, long limit) throws IOException {
        DiskBlobSettings settings = DiskBlobSettings.of(directory.resolve("blobs"), limit);
        return DiskBlobStore.open(settings, cache.blobCatalog(), new RecordingObserver());
    }

    private void scribble(SplittableRandom random) {
        while (true) {
            byte[] blob = Blobs.bytes(random.nextInt(random.nextInt(8) == 0 ? LARGE : SMALL), random.nextLong());
            try {
                write(blob, random);
            } catch (NoRoomException e) {
                // All that could leave has left: the other writers have the rest.
            }
        }
    }

    private void write(byte[] blob, SplittableRandom random) {
        Digest digest = Blobs.digest(blob);
        BlobWriter writer = Blobs.begin(store, digest, random.nextBoolean() ? blob.length : -1);
        try {
            append(writer, blob, 0, random.nextInt(blob.length + 1));
            switch (random.nextInt(8)) {
                case 0 -> writer.abort(new IllegalStateException("given up"));
                case 1 -> commitHalf(writer, blob);
                case 2 -> commit(suspended(writer), blob);
                default -> commit(writer, blob);
            }
        } catch (NoRoomException e) {
            writer.abort(e);
        }
    }

    /** The writer that goes on with what another has left behind. */
    private BlobWriter suspended(BlobWriter writer) {
        writer.suspend();
        BlobWriter next = get(store.write(writer.digest()));
        run(next.arrive(-1));
        return next;
    }

    private void commit(BlobWriter writer, byte[] blob) {
        append(writer, blob, (int) writer.written(), blob.length);
        run(writer.commit());
        claim(writer.digest());
    }

    private void commitHalf(BlobWriter writer, byte[] blob) {
        try {
            run(writer.commit());
            claim(Blobs.digest(blob));
        } catch (DigestMismatchException e) {
            // As it should be, unless the half was the whole.
        }
    }

    private synchronized void claim(Digest digest) {
        try {
            claims.write((digest.text() + "\n").getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
