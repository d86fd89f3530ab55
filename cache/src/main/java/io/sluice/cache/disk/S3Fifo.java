package io.sluice.cache.disk;

import io.sluice.cache.disk.SlotQueue.Links;

/**
 * Which slot is worth the least, by S3-FIFO: what comes enters a small queue, and leaves from there unless it was used
 * meanwhile; then it goes over to the main queue. What was used there goes round once more for each use that was
 * counted. What left the small queue and comes again enters the main one. So a scan, which uses everything once, passes
 * through a tenth of the bytes and leaves the rest alone.
 *
 * <p>Other than in the paper one use is enough, and the queues are measured in bytes. A blob that may not be evicted is
 * in no queue, so that nothing ever has to step over it.
 *
 * @see <a href="https://doi.org/10.1145/3600006.3613147">Yang et al.: FIFO queues are all you need for cache eviction,
 *     SOSP 2023</a>
 */
final class S3Fifo {

    /** The small queue's part of all bytes is one in so many. */
    private static final int SMALL_PART = 10;

    /**
     * At how many slots one call looks, in less than a millisecond; then it takes the next, however often it was used.
     */
    private static final int MOST_LOOKS = 4_000;

    private final Slots slots;
    private final DigestTable table;
    private final SlotQueue small;
    private final SlotQueue main;
    private final Ghosts ghosts = new Ghosts();

    /** The slot whose blob came last, if it is still there. */
    private int newest = DigestTable.NONE;

    S3Fifo(Slots slots, DigestTable table) {
        Links links = new Links();
        this.slots = slots;
        this.table = table;
        this.small = new SlotQueue(slots, links);
        this.main = new SlotQueue(slots, links);
    }

    /** Takes in a slot whose blob has just come. It does not leave before others can. */
    void add(int slot) {
        if (ghosts.remove(table.fingerprint(slot))) {
            slots.mark(Slots.MAIN, slot);
        }
        enter(slot);
        newest = slot;
    }

    /** Takes in a slot whose blob was here before, behind all that are in. */
    void enter(int slot) {
        if (!slots.is(Slots.PINNED, slot)) {
            queue(slot).add(slot);
        }
    }

    /** Counts a use. */
    void use(int slot) {
        slots.uses(slot, Math.min(slots.uses(slot) + 1, Slots.MOST_USES));
    }

    /** Whether a slot's blob was used again since it came. */
    boolean isFrequent(int slot) {
        return slots.is(Slots.MAIN, slot) || slots.uses(slot) > 0;
    }

    /** Lets a slot out. */
    void remove(int slot) {
        if (!slots.is(Slots.PINNED, slot)) {
            queue(slot).remove(slot);
        }
        if (slot == newest) {
            newest = DigestTable.NONE;
        }
    }

    private SlotQueue queue(int slot) {
        return slots.is(Slots.MAIN, slot) ? main : small;
    }

    /** Lets out the slot that is worth the least, or {@link DigestTable#NONE}. */
    int evict() {
        for (int looks = 0; !small.isEmpty() || !main.isEmpty(); looks++) {
            SlotQueue due = due();
            int slot = due.first();
            if (slot == newest && !due.hasOne()) {
                goRound(slot);
            } else if (slots.uses(slot) > 0 && looks < MOST_LOOKS) {
                countDown(slot);
                goRound(slot);
            } else {
                leave(slot);
                return slot;
            }
        }
        return DigestTable.NONE;
    }

    private SlotQueue due() {
        if (small.isEmpty() || main.isEmpty()) {
            return small.isEmpty() ? main : small;
        }
        if (hasOnlyTheNewest(small) || hasOnlyTheNewest(main)) {
            return hasOnlyTheNewest(small) ? main : small;
        }
        return small.bytes() > (small.bytes() + main.bytes()) / SMALL_PART ? small : main;
    }

    private boolean hasOnlyTheNewest(SlotQueue queue) {
        return queue.hasOne() && queue.first() == newest;
    }

    /** Each turn in the main queue is paid for with a use; the way there costs all of them. */
    private void countDown(int slot) {
        slots.uses(slot, slots.is(Slots.MAIN, slot) ? slots.uses(slot) - 1 : 0);
    }

    private void goRound(int slot) {
        queue(slot).remove(slot);
        slots.mark(Slots.MAIN, slot);
        main.add(slot);
    }

    private void leave(int slot) {
        remove(slot);
        if (!slots.is(Slots.MAIN, slot)) {
            ghosts.add(table.fingerprint(slot), table.slots());
        }
    }
}
