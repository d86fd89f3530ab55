package io.sluice.cache.disk;

import io.sluice.oci.Digest;
import org.jspecify.annotations.Nullable;

/** Which blobs are on disk, how long they are, and which leaves next. Safe for use by any thread; never blocks for long. */
interface BlobIndex {

    /**
     * One entry.
     *
     * @param digest the blob
     * @param size its length, bytes
     */
    record Entry(Digest digest, long size) {}

    /** The length of a blob, bytes, or -1 when it is not there. */
    long size(Digest digest);

    /**
     * Adds a blob; false when it was there. It is not the next one to leave.
     *
     * @param verified whether its bytes were hashed since the start
     */
    boolean add(Digest digest, long size, boolean verified);

    /** Notes that the bytes of a blob match its digest. */
    void verified(Digest digest);

    /** Whether the bytes of a blob were hashed since the start. */
    boolean isVerified(Digest digest);

    /** Notes that a blob was used. */
    void use(Digest digest);

    /** Removes a blob; false when it was not there. */
    boolean remove(Digest digest);

    /** Takes out the blob that is worth the least; null when all that is left is pinned. */
    @Nullable
    Entry evict();

    /** A pinned blob is never evicted, whether it is there already or comes later. */
    void pin(Digest digest);

    /** How many blobs. */
    long count();

    /** How many bytes they have together. */
    long bytes();

    /**
     * The entries in some order that stays, for walks that take their time: the first one at or behind a position, or null
     * at the end.
     */
    @Nullable
    Entry next(Position position);

    /** Where a walk stands. */
    final class Position {

        /** The slot that is looked at next. */
        int slot;
    }
}
