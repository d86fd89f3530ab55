package io.sluice.cache.embedded;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.h2.mvstore.Cursor;
import org.h2.mvstore.MVMap;
import org.jspecify.annotations.Nullable;

/** The two maps of one kind of record: the records, and when each was last used. Blocks; for the disk's thread alone. */
final class RecordMaps {

    private final MVMap<byte[], byte[]> records;
    private final MVMap<byte[], byte[]> uses;

    RecordMaps(RecordFile file, String kind) {
        this.records = file.map(kind);
        this.uses = file.map(kind + ".uses");
    }

    byte @Nullable [] get(byte[] key) {
        return records.get(key);
    }

    /** Keeps a record. */
    void put(byte[] key, byte[] record, int hour) {
        uses.put(key, new Use(hour, record.length).bytes());
        records.put(key, record);
    }

    /** Removes a record. */
    void remove(byte[] key) {
        records.remove(key);
        uses.remove(key);
    }

    /** Notes that a record was used; one that is not there stays away. */
    void touch(byte[] key, int hour) {
        byte[] use = uses.get(key);
        if (use == null) {
            return;
        }
        Use last = Use.read(use);
        if (last.hour() < hour) {
            uses.put(key, new Use(hour, last.length()).bytes());
        }
    }

    /** The keys that begin with a prefix, in their order. */
    List<byte[]> keys(byte[] prefix, int limit) {
        List<byte[]> keys = new ArrayList<>();
        Cursor<byte[], byte[]> cursor = records.cursor(prefix);
        while (keys.size() < limit && cursor.hasNext()) {
            byte[] key = cursor.next();
            if (!startsWith(key, prefix)) {
                break;
            }
            keys.add(key);
        }
        return keys;
    }

    private static boolean startsWith(byte[] key, byte[] prefix) {
        return key.length >= prefix.length && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
    }

    /** The uses from a key on, it included, or from the first. */
    List<Map.Entry<byte[], Use>> uses(byte @Nullable [] from, int limit) {
        List<Map.Entry<byte[], Use>> page = new ArrayList<>(limit);
        Cursor<byte[], byte[]> cursor = uses.cursor(from);
        while (page.size() < limit && cursor.hasNext()) {
            byte[] key = cursor.next();
            page.add(Map.entry(key, Use.read(cursor.getValue())));
        }
        return page;
    }
}
