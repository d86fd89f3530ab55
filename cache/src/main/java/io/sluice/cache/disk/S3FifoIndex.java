package io.sluice.cache.disk;

import io.sluice.oci.Digest;
import java.time.Clock;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The index in memory, with {@link S3Fifo} to say what leaves; what a restart needs of it goes to a {@link
 * BlobCatalog}.
 *
 * <p>Entries are columns of primitive arrays, no objects: 60 bytes each, and 4 for the memory of what left, so
 * 1,000,000 take about 61 MB, at most 66 (K22). One lock is held for some microseconds a call, at most for about a
 * millisecond.
 */
final class S3FifoIndex implements BlobIndex {

    private static final long MILLIS_PER_HOUR = TimeUnit.HOURS.toMillis(1);

    /** How many slots a walk looks at before it lets others at the lock. */
    private static final int STRIDE = 4_096;

    private final BlobCatalog catalog;
    private final Clock clock;
    private final DigestTable table = new DigestTable();
    private final Slots slots = new Slots();
    private final S3Fifo order = new S3Fifo(slots, table);

    /** Those that are pinned and not there. */
    private final Set<Digest> awaited = new HashSet<>();

    private long count;
    private long bytes;

    private S3FifoIndex(BlobCatalog catalog, Clock clock) {
        this.catalog = catalog;
        this.clock = clock;
    }

    /**
     * The index of what a catalog has. What was used long ago leaves first, what was used only once before what was
     * used again. Blocks.
     *
     * @param catalog where changes are noted from now on; it stays the caller's to close
     */
    static S3FifoIndex load(BlobCatalog catalog, Clock clock) {
        S3FifoIndex index = new S3FifoIndex(catalog, clock);
        index.load();
        return index;
    }

    private synchronized void load() {
        catalog.load(this::restore);
        table.findAppended();
        long[] byHour = new long[table.slots()];
        for (int slot = 0; slot < byHour.length; slot++) {
            byHour[slot] = (long) slots.hour(slot) << Integer.SIZE | slot;
        }
        Arrays.sort(byHour);
        for (long hourAndSlot : byHour) {
            order.enter((int) hourAndSlot);
        }
    }

    private void restore(Digest digest, BlobCatalog.Entry entry) {
        int slot = table.append(DigestWords.of(digest));
        take(slot, entry.size(), entry.hour());
        if (entry.frequent()) {
            slots.mark(Slots.MAIN, slot);
        }
    }

    private void take(int slot, long size, int hour) {
        slots.take(slot, size);
        slots.hour(slot, hour);
        count++;
        bytes += size;
    }

    @Override
    public synchronized long size(Digest digest) {
        int slot = find(digest);
        return slot == DigestTable.NONE ? -1 : slots.size(slot);
    }

    @Override
    public synchronized boolean add(Digest digest, long size, boolean verified) {
        long[] words = DigestWords.of(digest);
        if (table.find(words) != DigestTable.NONE) {
            return false;
        }
        int slot = table.add(words);
        take(slot, size, hour());
        if (awaited.remove(digest)) {
            slots.mark(Slots.PINNED, slot);
        }
        if (verified) {
            slots.mark(Slots.VERIFIED, slot);
        }
        order.add(slot);
        note(digest, slot);
        return true;
    }

    @Override
    public synchronized void use(Digest digest) {
        int slot = find(digest);
        if (slot == DigestTable.NONE) {
            return;
        }
        boolean wasFrequent = order.isFrequent(slot);
        order.use(slot);
        int hour = hour();
        if (!wasFrequent || hour != slots.hour(slot)) {
            slots.hour(slot, hour);
            note(digest, slot);
        }
    }

    private void note(Digest digest, int slot) {
        catalog.put(digest, new BlobCatalog.Entry(slots.size(slot), slots.hour(slot), order.isFrequent(slot)));
    }

    @Override
    public synchronized boolean isVerified(Digest digest) {
        int slot = find(digest);
        return slot != DigestTable.NONE && slots.is(Slots.VERIFIED, slot);
    }

    @Override
    public synchronized void verified(Digest digest) {
        int slot = find(digest);
        if (slot != DigestTable.NONE) {
            slots.mark(Slots.VERIFIED, slot);
        }
    }

    @Override
    public synchronized long remove(Digest digest) {
        int slot = find(digest);
        if (slot == DigestTable.NONE) {
            return -1;
        }
        if (slots.is(Slots.PINNED, slot)) {
            awaited.add(digest);
        }
        long size = slots.size(slot);
        order.remove(slot);
        empty(slot, digest);
        return size;
    }

    @Override
    public synchronized @Nullable Entry evict() {
        int slot = order.evict();
        if (slot == DigestTable.NONE) {
            return null;
        }
        Entry entry = entry(slot);
        empty(slot, entry.digest());
        return entry;
    }

    private void empty(int slot, Digest digest) {
        count--;
        bytes -= slots.size(slot);
        slots.empty(slot);
        table.remove(slot);
        catalog.remove(digest);
    }

    @Override
    public synchronized void pin(Digest digest) {
        int slot = find(digest);
        if (slot == DigestTable.NONE) {
            awaited.add(digest);
        } else {
            order.remove(slot);
            slots.mark(Slots.PINNED, slot);
        }
    }

    @Override
    public synchronized long count() {
        return count;
    }

    @Override
    public synchronized long bytes() {
        return bytes;
    }

    @Override
    public @Nullable Entry next(Position position) {
        Entry found;
        do {
            found = nextWithin(position, STRIDE);
        } while (found == null && hasMore(position));
        return found;
    }

    private synchronized @Nullable Entry nextWithin(Position position, int stride) {
        int end = Math.min(position.slot + stride, table.slots());
        while (position.slot < end) {
            int slot = position.slot++;
            if (slots.is(Slots.TAKEN, slot)) {
                return entry(slot);
            }
        }
        return null;
    }

    private synchronized boolean hasMore(Position position) {
        return position.slot < table.slots();
    }

    private Entry entry(int slot) {
        return new Entry(table.digest(slot), slots.size(slot));
    }

    private int find(Digest digest) {
        return table.find(DigestWords.of(digest));
    }

    private int hour() {
        return (int) (clock.millis() / MILLIS_PER_HOUR);
    }
}
