package io.sluice.cache.blob;

import io.sluice.oci.Digest;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Blobs by digest. Bytes are shared between repositories and routes; who may see them is {@code Membership}'s matter.
 *
 * <p>No call blocks its caller, unless it says so. A store that is out of order holds nothing and has no room: reads are
 * misses, writes fail with {@link BlobStoreException}, and no pull fails because of it.
 */
public interface BlobStore {

    /**
     * Opens a blob: one that is held, or one that is arriving and can be read from its first byte. A file that is missing,
     * short or damaged is a miss, and gone (K10, K11).
     *
     * @return the blob, to be closed by the caller; empty when it is neither held nor arriving
     */
    Mono<BlobReader> open(Digest digest);

    /**
     * The bytes of a blob that is held and whole, to read only, where they are in memory and it takes no file; null says
     * nothing. It is a use like {@link #open opening} it.
     */
    default @Nullable ByteBuffer inMemory(Digest digest) {
        return null;
    }

    /** How long a blob is that is held, bytes; empty when it is not. */
    Mono<Long> size(Digest digest);

    /**
     * Begins to write a blob, or goes on with what an earlier writer has {@link BlobWriter#suspend left behind}. Nothing is
     * reserved, and nobody can read it, before it {@link BlobWriter#arrive arrives}.
     *
     * @return the writer, whose file may still be made: when it cannot be, {@link BlobWriter#arrive arriving} fails. Fails
     *     itself with {@link BlobStoreException} when nothing is ever written
     */
    Mono<BlobWriter> write(Digest digest);

    /** Lets a blob stay, once it is there, whatever else has to leave. It counts all the same. */
    void pin(Digest digest);

    /** Forgets a blob: its readers finish, and the next one misses. */
    Mono<Void> remove(Digest digest);

    /** What it holds now. */
    BlobUsage usage();
}
