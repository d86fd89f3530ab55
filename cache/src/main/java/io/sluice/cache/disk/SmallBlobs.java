package io.sluice.cache.disk;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.sluice.cache.blob.BlobReader;
import io.sluice.cache.blob.BlobStoreException;
import io.sluice.oci.Digest;
import io.sluice.oci.Digest.Algorithm;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of small blobs that were asked for lately, in memory in front of their files: each pull of an image wants one,
 * its configuration. They are verified, and gone as soon as their files are.
 */
final class SmallBlobs {

    /** What is longer is not kept here, bytes. */
    static final int LONGEST = 32 * 1024;

    /** How much all of them take at the most, bytes: some two thousand configurations of images. */
    private static final long MAX_BYTES = 8L * 1024 * 1024;

    /** What one of them takes besides its bytes, bytes. */
    private static final int OVERHEAD = 256;

    private final Disk disk;
    private final OpenBlobs open;
    private final Cache<Digest, Small> blobs = Caffeine.newBuilder()
            .maximumWeight(MAX_BYTES)
            .weigher((Digest digest, Small blob) -> OVERHEAD + blob.bytes().remaining())
            .build();
    private final Set<Digest> coming = ConcurrentHashMap.newKeySet();

    SmallBlobs(Disk disk, OpenBlobs open) {
        this.disk = disk;
        this.open = open;
    }

    /**
     * One of them.
     *
     * @param bytes all of it, to read only
     * @param lastUse when it was asked for
     */
    record Small(ByteBuffer bytes, LastUse lastUse) {}

    /** What is here of a blob, or null. */
    @Nullable
    Small find(Digest digest) {
        return blobs.getIfPresent(digest);
    }

    /** Brings the bytes of a blob here, for the next one who asks, if it is small. Does not block. */
    void remember(OpenBlob blob) {
        Digest digest = blob.digest();
        if (blob.size() > LONGEST || blobs.asMap().containsKey(digest) || !coming.add(digest)) {
            return;
        }
        try {
            disk.threads().execute(() -> bring(blob));
        } catch (BlobStoreException overloaded) {
            coming.remove(digest);
        }
    }

    private void bring(OpenBlob blob) {
        Optional<BlobReader> reader = blob.reader();
        try {
            if (reader.isPresent()) {
                open.alone(blob.digest(), () -> readIfHeld(blob));
            }
        } finally {
            reader.ifPresent(BlobReader::close);
            coming.remove(blob.digest());
        }
    }

    private void readIfHeld(OpenBlob blob) {
        if (open.held(blob.digest()) != blob) {
            return;
        }
        try {
            keep(blob, disk.reading().copy(blob.channel(), 0, Math.toIntExact(blob.size())));
        } catch (IOException e) {
            disk.observer().failed(blob.digest(), e);
        }
    }

    /** The file was verified, which may be long ago; what it has become meanwhile must not stay here for longer (T29). */
    private void keep(OpenBlob blob, ByteBuffer bytes) {
        Algorithm algorithm = blob.digest().algorithm();
        MessageDigest hash = algorithm.newMessageDigest();
        hash.update(bytes.duplicate());
        Digest actual = Digest.of(algorithm, hash.digest());
        if (actual.equals(blob.digest())) {
            blobs.put(blob.digest(), new Small(bytes.asReadOnlyBuffer(), LastUse.now()));
        } else {
            open.damaged(blob, new BlobStoreException("it hashes to " + actual));
        }
    }

    /** Forgets the bytes of a blob that is not held any more; its digest is the caller's {@link OpenBlobs#alone alone}. */
    void forget(Digest digest) {
        blobs.invalidate(digest);
    }
}
