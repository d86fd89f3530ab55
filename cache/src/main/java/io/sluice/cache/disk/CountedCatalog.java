package io.sluice.cache.disk;

import io.sluice.oci.Digest;

/** A catalog whose entries take their room when they are loaded. */
record CountedCatalog(BlobCatalog catalog, Room room) implements BlobCatalog {

    @Override
    public void load(Visitor visitor) {
        catalog.load((digest, entry) -> {
            room.count(Room.of(entry.size()));
            visitor.visit(digest, entry);
        });
    }

    @Override
    public void put(Digest digest, Entry entry) {
        catalog.put(digest, entry);
    }

    @Override
    public void remove(Digest digest) {
        catalog.remove(digest);
    }

    @Override
    public long bytes() {
        return catalog.bytes();
    }

    @Override
    public void close() {
        catalog.close();
    }
}
