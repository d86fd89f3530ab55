package io.sluice.cache.disk;

/**
 * The fingerprints of what left not long ago: about as many as are asked for, 4 bytes each. They stand in small
 * buckets, each of which forgets its oldest one for a new one; so they are forgotten nearly in the order in which they
 * came. A fingerprint that is someone else's lets a blob stay longer that was never here before, which harms nobody.
 */
final class Ghosts {

    private static final int BUCKET = 8;

    private final IntColumn fingerprints = new IntColumn();
    private int buckets;

    /**
     * Remembers a fingerprint.
     *
     * @param atMost how many are worth remembering; the room for them grows as they come
     */
    void add(int fingerprint, long atMost) {
        if ((long) buckets * BUCKET < atMost || buckets == 0) {
            grow();
        }
        insert(named(fingerprint));
    }

    private void grow() {
        int added = buckets++;
        fingerprints.reserve(buckets * BUCKET);
        if (added > 0) {
            split(LinearHashing.splitBy(added) * BUCKET);
        }
    }

    private void split(int start) {
        int[] oldestFirst = new int[BUCKET];
        for (int i = 0; i < BUCKET; i++) {
            oldestFirst[BUCKET - 1 - i] = fingerprints.get(start + i);
            fingerprints.set(start + i, 0);
        }
        for (int fingerprint : oldestFirst) {
            if (fingerprint != 0) {
                insert(fingerprint);
            }
        }
    }

    private void insert(int fingerprint) {
        int start = start(fingerprint);
        for (int i = BUCKET - 1; i > 0; i--) {
            fingerprints.set(start + i, fingerprints.get(start + i - 1));
        }
        fingerprints.set(start, fingerprint);
    }

    /** Forgets a fingerprint; false when it was not known. */
    boolean remove(int fingerprint) {
        if (buckets == 0) {
            return false;
        }
        int start = start(named(fingerprint));
        for (int i = 0; i < BUCKET; i++) {
            if (fingerprints.get(start + i) == named(fingerprint)) {
                close(start, i);
                return true;
            }
        }
        return false;
    }

    private void close(int start, int gap) {
        for (int i = gap; i < BUCKET - 1; i++) {
            fingerprints.set(start + i, fingerprints.get(start + i + 1));
        }
        fingerprints.set(start + BUCKET - 1, 0);
    }

    private int start(int fingerprint) {
        return LinearHashing.bucket(fingerprint, buckets) * BUCKET;
    }

    /** Zero stands for an empty place. */
    private static int named(int fingerprint) {
        return fingerprint == 0 ? 1 : fingerprint;
    }
}
