package io.sluice.cache.redis;

/** What can be wrong with Redis; none of it fails a pull. */
public enum RedisFault {
    /** What lay under a key was not what a gateway writes there; it was a miss (T25, K08). */
    UNREADABLE_RECORD("what lies in Redis cannot be read, it is a miss"),

    /** An answer did not come in time; it was a miss, or may not have been written. */
    TIMEOUT("an answer does not come in time"),

    /** There was no connection, or it broke; it was a miss, or may not have been written. */
    DISCONNECTED("there is no connection"),

    /** Redis answered with an error: it is read-only, full, loading, or does not allow the command. */
    REFUSED("a command is refused"),

    /** More was to be done at once than is let through to Redis; reads were misses, writes were left out. */
    OVERLOADED("more is to be done than is let through, reads are misses and writes are left out"),

    /** The breaker was open, so Redis was not asked. */
    SKIPPED("it is left alone until it answers again");

    private final String meaning;

    RedisFault(String meaning) {
        this.meaning = meaning;
    }

    String meaning() {
        return meaning;
    }
}
