package io.sluice.cache.disk;

/**
 * Where a hash belongs while the number of buckets grows by one at a time: one bucket is split for each that is added,
 * so that no call ever has to move everything.
 *
 * @see "Litwin: Linear hashing: a new tool for file and table addressing, VLDB 1980"
 */
final class LinearHashing {

    private LinearHashing() {}

    /** The bucket of a hash among so many buckets, at least one. */
    static int bucket(int hash, int buckets) {
        int half = Integer.highestOneBit(buckets);
        int bucket = hash & 2 * half - 1;
        return bucket < buckets ? bucket : bucket - half;
    }

    /** The bucket whose content belongs partly to the next bucket that is added to so many. */
    static int splitBy(int buckets) {
        return buckets - Integer.highestOneBit(buckets);
    }
}
