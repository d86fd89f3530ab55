package io.sluice.cache.disk;

import io.sluice.oci.Digest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A hash table of digests that gives each a slot, a small number under which others keep what they know of it. A slot
 * stays the digest's until that is removed, and is then used again.
 *
 * <p>It has as many chains as it ever had slots, and hashes with a secret of its own: whoever can choose digests cannot
 * choose which share a chain.
 */
final class DigestTable {

    /** Stands for no slot. */
    static final int NONE = -1;

    private final long mask = ThreadLocalRandom.current().nextLong();
    private final long factor = ThreadLocalRandom.current().nextLong() | 1;
    private final LongColumn words = new LongColumn();
    private final IntColumn heads = new IntColumn();
    private final IntColumn chains = new IntColumn();

    /** What SHA-512 has more, by slot; it is rare. */
    private final Map<Integer, long[]> moreWords = new HashMap<>();

    private int slots;
    private int free = NONE;

    /** How many slots have ever been used; all of them are below that. */
    int slots() {
        return slots;
    }

    /** The slot of a digest, or {@link #NONE}. */
    int find(long[] digest) {
        if (slots == 0) {
            return NONE;
        }
        int slot = heads.get(bucket(hash(digest[0])));
        while (slot != NONE && !isAt(slot, digest)) {
            slot = chains.get(slot);
        }
        return slot;
    }

    private boolean isAt(int slot, long[] digest) {
        for (int i = 0; i < DigestWords.FIRST; i++) {
            if (words.get(slot * DigestWords.FIRST + i) != digest[i]) {
                return false;
            }
        }
        long[] more = moreWords.get(slot);
        return more == null
                ? digest.length == DigestWords.FIRST
                : Arrays.equals(more, 0, more.length, digest, DigestWords.FIRST, digest.length);
    }

    /** Gives a slot to a digest that has none. */
    int add(long[] digest) {
        int slot = free;
        if (slot == NONE) {
            slot = grow();
            split(slot);
        } else {
            free = chains.get(slot);
        }
        write(slot, digest);
        link(slot);
        return slot;
    }

    /** Gives a slot to one of many digests that have none; to be followed by {@link #findAppended}. */
    int append(long[] digest) {
        int slot = grow();
        write(slot, digest);
        return slot;
    }

    /** Lets all that were appended be found, in a table that had none before. */
    void findAppended() {
        for (int slot = 0; slot < slots; slot++) {
            link(slot);
        }
    }

    private void write(int slot, long[] digest) {
        for (int i = 0; i < DigestWords.FIRST; i++) {
            words.set(slot * DigestWords.FIRST + i, digest[i]);
        }
        if (digest.length > DigestWords.FIRST) {
            moreWords.put(slot, Arrays.copyOfRange(digest, DigestWords.FIRST, digest.length));
        }
    }

    private int grow() {
        int added = slots;
        words.reserve((added + 1) * DigestWords.FIRST);
        chains.reserve(added + 1);
        heads.reserve(added + 1);
        heads.set(added, NONE);
        slots++;
        return added;
    }

    private void split(int added) {
        if (added == 0) {
            return;
        }
        int bucket = LinearHashing.splitBy(added);
        int slot = heads.get(bucket);
        heads.set(bucket, NONE);
        while (slot != NONE) {
            int next = chains.get(slot);
            link(slot);
            slot = next;
        }
    }

    private void link(int slot) {
        int bucket = bucket(hash(slot));
        chains.set(slot, heads.get(bucket));
        heads.set(bucket, slot);
    }

    /** Takes a digest's slot away. */
    void remove(int slot) {
        unlink(slot);
        moreWords.remove(slot);
        chains.set(slot, free);
        free = slot;
    }

    private void unlink(int slot) {
        int bucket = bucket(hash(slot));
        int next = chains.get(slot);
        int at = heads.get(bucket);
        if (at == slot) {
            heads.set(bucket, next);
            return;
        }
        while (chains.get(at) != slot) {
            at = chains.get(at);
        }
        chains.set(at, next);
    }

    /** The digest of a slot. */
    Digest digest(int slot) {
        long[] more = moreWords.getOrDefault(slot, new long[0]);
        long[] digest = new long[DigestWords.FIRST + more.length];
        for (int i = 0; i < DigestWords.FIRST; i++) {
            digest[i] = words.get(slot * DigestWords.FIRST + i);
        }
        System.arraycopy(more, 0, digest, DigestWords.FIRST, more.length);
        return DigestWords.digest(digest);
    }

    /** What to know a digest by that need not be there any more: 32 bits, others than those that choose its chain. */
    int fingerprint(int slot) {
        return (int) (hash(slot) >>> Integer.SIZE);
    }

    private long hash(int slot) {
        return hash(words.get(slot * DigestWords.FIRST));
    }

    private long hash(long firstWord) {
        long masked = firstWord ^ mask;
        return masked * factor ^ Math.unsignedMultiplyHigh(masked, factor);
    }

    private int bucket(long hash) {
        return LinearHashing.bucket((int) hash, slots);
    }
}
