package io.sluice.cache.embedded;

import io.sluice.cache.disk.BlobCatalog;
import io.sluice.cache.record.Envelope;
import io.sluice.oci.Digest;
import io.sluice.oci.Digest.Algorithm;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Random;
import org.h2.mvstore.MVMap;

/** Catalogs that would take long to come about by themselves. */
public final class BlobCatalogs {

    private BlobCatalogs() {}

    /** Writes the catalog of a cache directory in one go, with so many entries of random digests, in their order. */
    public static void fill(Path directory, int count) throws IOException {
        Files.createDirectory(directory);
        BlobFormat format = new BlobFormat();
        Random random = new Random(count);
        byte[] hash = new byte[32];
        try (RecordFile file = RecordFile.open(directory.resolve("blobs.mv"), Clock.systemUTC(), new Faults())) {
            MVMap<byte[], byte[]> records = file.map(format.kind());
            for (int i = 0; i < count; i++) {
                random.nextBytes(hash);
                ByteBuffer.wrap(hash).putInt((int) (((long) i << Integer.SIZE) / count));
                byte[] key = format.key(Digest.of(Algorithm.SHA256, hash));
                BlobCatalog.Entry entry = new BlobCatalog.Entry(i, 490_000 + i % 720, i % 3 == 0);
                records.put(key, Envelope.seal(key, format.write(entry)));
            }
        }
    }
}
