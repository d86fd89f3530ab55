package io.sluice.cache.disk;

import io.sluice.oci.Digest;

/**
 * What is known of the files across a restart: which there are, how long they are, and how they were used. It may be behind
 * by what happened last: the files themselves are the truth, the catalog saves looking at each of them at the start.
 */
public interface BlobCatalog extends AutoCloseable {

    /** Takes one entry of the catalog. */
    interface Visitor {

        void visit(Digest digest, Entry entry);
    }

    /**
     * An entry.
     *
     * @param size the length of the file, bytes
     * @param hour the hour since 1970 in which it was last used
     * @param frequent whether it was used again since it came
     */
    record Entry(long size, int hour, boolean frequent) {}

    /** Shows every entry that can be read, in no order; never fails. Blocks; called once, before anything else. */
    void load(Visitor visitor);

    /** Keeps an entry, soon; does not block. */
    void put(Digest digest, Entry entry);

    /** Forgets an entry, soon; does not block. */
    void remove(Digest digest);

    /** How many bytes the catalog itself takes on disk, about. */
    long bytes();

    /** Writes what is not yet written. Blocks. */
    @Override
    void close();
}
