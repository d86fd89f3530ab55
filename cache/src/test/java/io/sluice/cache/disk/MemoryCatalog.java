package io.sluice.cache.disk;

import io.sluice.oci.Digest;
import java.util.LinkedHashMap;
import java.util.Map;

/** A catalog that outlives its index, but not the process. */
final class MemoryCatalog implements BlobCatalog {

    private final Map<Digest, Entry> entries = new LinkedHashMap<>();
    private int puts;

    /** What it has. */
    synchronized Map<Digest, Entry> entries() {
        return Map.copyOf(entries);
    }

    /** How often an entry was put. */
    synchronized int puts() {
        return puts;
    }

    @Override
    public synchronized void load(Visitor visitor) {
        entries.forEach(visitor::visit);
    }

    @Override
    public synchronized void put(Digest digest, Entry entry) {
        puts++;
        entries.put(digest, entry);
    }

    @Override
    public synchronized void remove(Digest digest) {
        entries.remove(digest);
    }

    @Override
    public long bytes() {
        return 0;
    }

    @Override
    public void close() {}
}
