package io.sluice.cache.disk;

import io.sluice.oci.Digest;
import java.time.Clock;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An index that lets the oldest leave first. */
final class FifoIndex implements BlobIndex {
    private final LinkedHashMap<Digest, Long> map = new LinkedHashMap<>();
    private final Set<Digest> verified = new HashSet<>();
    private final Set<Digest> pinned = new HashSet<>();
    private final BlobCatalog catalog;
    private long bytes;

    private FifoIndex(BlobCatalog catalog) {
        this.catalog = catalog;
    }

    static BlobIndex load(BlobCatalog catalog, Clock clock) {
        FifoIndex index = new FifoIndex(catalog);
        catalog.load((d, e) -> {
            index.map.put(d, e.size());
            index.bytes += e.size();
        });
        return index;
    }

    static BlobIndex empty(BlobCatalog catalog, Clock clock) {
        return new FifoIndex(catalog);
    }

    @Override
    public synchronized long size(Digest digest) {
        return map.getOrDefault(digest, -1L);
    }

    @Override
    public synchronized boolean add(Digest digest, long size, boolean v) {
        if (map.putIfAbsent(digest, size) != null) {
            return false;
        }
        bytes += size;
        if (v) {
            verified.add(digest);
        }
        catalog.put(digest, new BlobCatalog.Entry(size, 0, false));
        return true;
    }

    @Override
    public synchronized void verified(Digest digest) {
        verified.add(digest);
    }

    @Override
    public synchronized boolean isVerified(Digest digest) {
        return verified.contains(digest);
    }

    @Override
    public void use(Digest digest) {}

    @Override
    public synchronized boolean remove(Digest digest) {
        Long size = map.remove(digest);
        verified.remove(digest);
        if (size == null) {
            return false;
        }
        bytes -= size;
        catalog.remove(digest);
        return true;
    }

    @Override
    public synchronized @Nullable Entry evict() {
        Iterator<Map.Entry<Digest, Long>> it = map.entrySet().iterator();
        while (it.hasNext()) {
            Map.Entry<Digest, Long> e = it.next();
            if (!pinned.contains(e.getKey())) {
                Entry entry = new Entry(e.getKey(), e.getValue());
                remove(e.getKey());
                return entry;
            }
        }
        return null;
    }

    @Override
    public synchronized void pin(Digest digest) {
        pinned.add(digest);
    }

    @Override
    public synchronized long count() {
        return map.size();
    }

    @Override
    public synchronized long bytes() {
        return bytes;
    }

    @Override
    public synchronized @Nullable Entry next(Position position) {
        int i = 0;
        for (Map.Entry<Digest, Long> e : map.entrySet()) {
            if (i++ == position.slot) {
                position.slot++;
                return new Entry(e.getKey(), e.getValue());
            }
        }
        return null;
    }
}
