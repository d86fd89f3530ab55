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
    CORRUPT_FILE("the file of records cannot be read, it is moved aside");

    private final String meaning;

    StoreFault(String meaning) {
        this.meaning = meaning;
    }

    String meaning() {
        return meaning;
    }
}
