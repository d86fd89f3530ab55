package io.sluice.cache.disk;

/** A queue of slots, first in, first out; one can also leave from the middle. A slot is in one queue at a time. */
final class SlotQueue {

    private final Slots slots;
    private final Links links;
    private int first = DigestTable.NONE;
    private int last = DigestTable.NONE;
    private long bytes;

    /**
     * An empty queue.
     *
     * @param slots how long the blobs in the slots are
     * @param links shared by all queues of these slots
     */
    SlotQueue(Slots slots, Links links) {
        this.slots = slots;
        this.links = links;
    }

    /**
     * The neighbours of each slot in its queue.
     *
     * @param before the one that leaves before it
     * @param behind the one that leaves after it
     */
    record Links(IntColumn before, IntColumn behind) {

        Links() {
            this(new IntColumn(), new IntColumn());
        }
    }

    boolean isEmpty() {
        return first == DigestTable.NONE;
    }

    boolean hasOne() {
        return first == last && !isEmpty();
    }

    /** How many bytes the blobs in it have together. */
    long bytes() {
        return bytes;
    }

    /** The slot that came first; there is one. */
    int first() {
        return first;
    }

    void add(int slot) {
        links.before.reserve(slot + 1);
        links.behind.reserve(slot + 1);
        links.before.set(slot, last);
        links.behind.set(slot, DigestTable.NONE);
        if (isEmpty()) {
            first = slot;
        } else {
            links.behind.set(last, slot);
        }
        last = slot;
        bytes += slots.size(slot);
    }

    void remove(int slot) {
        int before = links.before.get(slot);
        int behind = links.behind.get(slot);
        if (before == DigestTable.NONE) {
            first = behind;
        } else {
            links.behind.set(before, behind);
        }
        if (behind == DigestTable.NONE) {
            last = before;
        } else {
            links.before.set(behind, before);
        }
        bytes -= slots.size(slot);
    }
}
