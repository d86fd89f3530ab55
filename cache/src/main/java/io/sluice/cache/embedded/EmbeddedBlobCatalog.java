package io.sluice.cache.embedded;

import io.sluice.cache.disk.BlobCatalog;
import io.sluice.cache.record.Envelope;
import io.sluice.oci.Digest;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.h2.mvstore.Cursor;
import org.h2.mvstore.MVMap;
import org.jspecify.annotations.Nullable;

/**
 * The catalog of the blobs in a file of its own. Changes wait in memory, only the last one of each blob, and one thread
 * writes all that wait in one go, in the order of the keys. When more wait than may, further ones are left out and
 * counted as {@link StoreFault#OVERLOADED}.
 */
final class EmbeddedBlobCatalog implements BlobCatalog {

    /** How many blobs may wait, about 150 bytes each; removals may go beyond that, up to twice as many. */
    static final int MOST_WAITING = 100_000;

    private static final int QUEUE = 2;

    private final BlobFormat format = new BlobFormat();
    private final RecordFile file;
    private final DiskThread disk;
    private final Faults faults;

    /** The records to be written, null for those to be removed; guarded by this catalog's lock. */
    private Map<byte[], byte @Nullable []> waiting = new TreeMap<>(BytesType.INSTANCE);

    private boolean closed;
    private volatile long bytes;

    private EmbeddedBlobCatalog(RecordFile file, Faults faults) {
        this.file = file;
        this.faults = faults;
        this.disk = new DiskThread("sluice-blob-catalog", file, faults, QUEUE);
        this.bytes = file.length();
    }

    /**
     * Opens the catalog; a file that cannot be read is moved aside first. Blocks.
     *
     * @param path the file, or null for memory alone
     * @throws CacheDirectoryException when there can be no such file
     */
    static EmbeddedBlobCatalog open(@Nullable Path path, Clock clock, Faults faults) {
        return new EmbeddedBlobCatalog(RecordFile.open(path, clock, faults), faults);
    }

    /** Reads in the caller's thread, before there is another. What cannot be read is left out, and removed. */
    @Override
    public void load(Visitor visitor) {
        try {
            MVMap<byte[], byte[]> records = file.map(format.kind());
            show(records, visitor).forEach(records::remove);
        } catch (RuntimeException e) {
            faults.report(StoreFault.FAILURE, "reading the catalog of the blobs", e);
            file.recover(e);
        }
    }

    private List<byte[]> show(MVMap<byte[], byte[]> records, Visitor visitor) {
        List<byte[]> unreadable = new ArrayList<>();
        Cursor<byte[], byte[]> cursor = records.cursor(null);
        while (cursor.hasNext()) {
            byte[] key = cursor.next();
            if (!isShown(key, cursor.getValue(), visitor)) {
                unreadable.add(key);
            }
        }
        return unreadable;
    }

    private boolean isShown(byte[] key, byte[] record, Visitor visitor) {
        Digest digest;
        Entry entry;
        try {
            digest = format.readKey(key);
            entry = format.read(digest, Envelope.open(key, record));
        } catch (RuntimeException e) {
            faults.report(StoreFault.UNREADABLE_RECORD, format.kind(), e);
            return false;
        }
        visitor.visit(digest, entry);
        return true;
    }

    @Override
    public void put(Digest digest, Entry entry) {
        byte[] key = format.key(digest);
        change(key, Envelope.seal(key, format.write(entry)));
    }

    @Override
    public void remove(Digest digest) {
        change(format.key(digest), null);
    }

    private synchronized void change(byte[] key, byte @Nullable [] record) {
        if (closed) {
            return;
        }
        int limit = record == null ? 2 * MOST_WAITING : MOST_WAITING;
        if (waiting.size() >= limit && !waiting.containsKey(key)) {
            faults.report(StoreFault.OVERLOADED, waiting.size() + " blobs wait to be catalogued", null);
            return;
        }
        waiting.put(key, record);
        if (waiting.size() == 1) {
            disk.write(this::writeWaiting, 0);
        }
    }

    private @Nullable Void writeWaiting(RecordFile into) {
        Map<byte[], byte @Nullable []> taken = takeWaiting();
        MVMap<byte[], byte[]> records = into.map(format.kind());
        taken.forEach((key, record) -> {
            if (record == null) {
                records.remove(key);
            } else {
                records.put(key, record);
            }
        });
        bytes = into.length();
        return null;
    }

    private synchronized Map<byte[], byte @Nullable []> takeWaiting() {
        Map<byte[], byte @Nullable []> taken = waiting;
        waiting = new TreeMap<>(BytesType.INSTANCE);
        return taken;
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public void close() {
        if (isFirstToClose()) {
            disk.close();
            file.close();
        }
    }

    private synchronized boolean isFirstToClose() {
        boolean first = !closed;
        closed = true;
        return first;
    }
}
