package io.sluice.cache.disk;

import io.sluice.oci.Digest;
import org.jspecify.annotations.Nullable;

/**
 * Which blobs are on disk, how long they are, and which leaves next. Safe for use by any thread; never blocks for long.
 */
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
     * Adds a blob that was just fetched, or found; it is not the next one to leave.
     *
     * @param verified whether its bytes were hashed since the start
     * @return false when it was there, and so nothing has changed
     */
    boolean add(Digest digest, long size, boolean verified);

    /** Notes that a blob was used. */
    void use(Digest digest);

    /** Whether the bytes of a blob that is there were hashed since the start. */
    boolean isVerified(Digest digest);

    /** Notes that the bytes of a blob were hashed, and are right. */
    void verified(Digest digest);

    /** Removes a blob; its length, bytes, or -1 when it was not there. */
    long remove(Digest digest);

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
     * The entries in some order that stays, for walks that take their time: the next one, or null at the end. A walk
     * meets all that are there from its beginning to its end, and maybe some of the others.
     *
     * @param position where the walk stands; it moves on
     */
    @Nullable
    Entry next(Position position);

    /** Where a walk stands. */
    final class Position {

        /** The slot that is looked at next. */
        int slot;
    }
}
