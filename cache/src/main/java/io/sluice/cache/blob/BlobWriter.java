package io.sluice.cache.blob;

import io.sluice.oci.Digest;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.concurrent.Executor;
import reactor.core.publisher.Mono;

/**
 * A blob on its way into the store. It is hashed while it is written; it ends in exactly one of {@link #commit},
 * {@link #suspend} and {@link #abort}, and whatever comes after that changes nothing.
 */
public interface BlobWriter {

    Digest digest();

    /** How many bytes are written, those of an earlier writer included. */
    long written();

    /**
     * Reserves the room, and lets readers find the blob: the first byte is about to come.
     *
     * @param size the length of the whole blob, bytes, or -1 when it is not known
     * @return completes when {@link BlobStore#open} finds it; fails with {@link NoRoomException} when it does not fit, whatever
     *     leaves, and with {@link BlobStoreException} when the disk fails
     */
    Mono<Void> arrive(long size);

    /**
     * A reader of this very blob, once it has {@link #arrive arrived}.
     *
     * @throws BlobStoreException when the writing has ended and the file is closed
     */
    BlobReader reader();

    /**
     * Appends bytes, and lets the readers know. Blocks: to be called on {@link #threads}, by one thread at a time.
     *
     * @param bytes what to append; all of it is taken
     * @throws BlobTooLongException when there are more than were announced
     * @throws NoRoomException when there is no room, whatever leaves
     * @throws BlobStoreException when the disk fails; what was written before stays readable
     */
    void append(ByteBuffer... bytes);

    /** Where {@link #append} may block; never interrupted, and what is given to it is queued. */
    Executor threads();

    /**
     * Ends the writing: verifies the whole, lets the readers have the last of it, and keeps it.
     *
     * <p>The readers have the last bytes as soon as they are verified, before they are safe on the disk.
     *
     * @return completes when it is held, so that a restart finds it; fails with {@link DigestMismatchException}, which its
     *     readers get as well, and with {@link BlobStoreException} when it could not be kept, which they do not notice
     */
    Mono<Void> commit();

    /**
     * Leaves what is written for whoever writes this blob next, for ten minutes.
     *
     * @return false, and nothing has changed, when someone reads it
     */
    boolean suspend();

    /** Ends the writing, and keeps nothing; readers fail with the cause when they have read what may be passed on. */
    void abort(Throwable cause);

    /** How many readers wait for it. */
    int readers();

    /** Calls back, on any thread, whenever the last reader has left. */
    void onDeserted(Runnable listener);

    /** The hash of all that is written so far; a copy. */
    MessageDigest hashed();

    /** The bytes at the end of what is written that may not be passed on yet, at most 64 KiB. Blocks, as {@link #append}. */
    ByteBuffer heldBack();
}
