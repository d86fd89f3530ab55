package io.sluice.cache.embedded;

/** What can be wrong with the store behind the embedded cache; none of it fails a pull. */
public enum StoreFault {
    /** A record could not be read or did not match its digest; it was a miss and was removed. */
    UNREADABLE_RECORD("a record cannot be read, it is removed"),

    /** More was to be done than the disk keeps up with; reads were misses, writes were left out. */
    OVERLOADED("the disk does not keep up, reads are misses and writes are left out"),

    /** The store failed; it was a miss, or was not written. */
    FAILURE("the store fails, what is not in memory is a miss"),

    /** The file could not be read; it was moved aside, and an empty one begun. */
    CORRUPT_FILE("the file of records cannot be read, it is moved aside"),

    /** The file of a blob was not what its name says; it was a miss, and was put into quarantine. */
    DAMAGED_BLOB("the file of a blob is damaged, it is put into quarantine"),

    /** The disk is full although the limit is not reached; others left, or the blob was not kept. */
    DISK_FULL("the disk is full, what is kept leaves before its time");

    private final String meaning;

    StoreFault(String meaning) {
        this.meaning = meaning;
    }

    String meaning() {
        return meaning;
    }
}
