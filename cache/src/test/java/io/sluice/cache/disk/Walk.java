package io.sluice.cache.disk;

import io.sluice.cache.disk.BlobIndex.Entry;
import io.sluice.cache.disk.BlobIndex.Position;
import java.util.ArrayList;
import java.util.List;

/** A walk over an index, to its end. */
final class Walk {

    private Walk() {}

    static List<Entry> over(BlobIndex index) {
        return on(index, new Position());
    }

    /** Goes on from where a walk stands. */
    static List<Entry> on(BlobIndex index, Position position) {
        List<Entry> met = new ArrayList<>();
        Entry entry = index.next(position);
        while (entry != null) {
            met.add(entry);
            entry = index.next(position);
        }
        return met;
    }
}
