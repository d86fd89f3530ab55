package io.sluice.cache.disk;

import io.sluice.oci.Digest;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A catalog in memory, which a test can give to the next store. */
final class MapCatalog implements BlobCatalog {

    private final Map<Digest, Entry> entries = new ConcurrentHashMap<>();

    @Override
    public void load(Visitor visitor) {
        entries.forEach(visitor::visit);
    }

    @Override
    public void put(Digest digest, Entry entry) {
        entries.put(digest, entry);
    }

    @Override
    public void remove(Digest digest) {
        entries.remove(digest);
    }

    @Override
    public long bytes() {
        return 0;
    }

    @Override
    public void close() {
        // What it knows stays for the next one.
    }

    Map<Digest, Entry> entries() {
        return entries;
    }
}
