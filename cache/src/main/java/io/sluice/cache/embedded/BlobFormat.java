package io.sluice.cache.embedded;

import io.sluice.cache.disk.BlobCatalog;
import io.sluice.cache.record.MalformedRecordException;
import io.sluice.cache.record.RecordFormat;
import io.sluice.cache.record.RecordReader;
import io.sluice.cache.record.RecordWriter;
import io.sluice.oci.Digest;
import io.sluice.oci.Digest.Algorithm;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/** What is known of blobs as records, which are short. */
final class BlobFormat implements RecordFormat<Digest, BlobCatalog.Entry> {

    private static final int SHA256 = 1;
    private static final int SHA512 = 2;
    private static final int ABOUT = 64;

    @Override
    public String kind() {
        return "blobs";
    }

    @Override
    public byte[] key(Digest digest) {
        byte[] hash = HexFormat.of().parseHex(digest.hex());
        byte[] key = new byte[1 + hash.length];
        key[0] = (byte) number(digest.algorithm());
        System.arraycopy(hash, 0, key, 1, hash.length);
        return key;
    }

    private static int number(Algorithm algorithm) {
        return switch (algorithm) {
            case SHA256 -> SHA256;
            case SHA512 -> SHA512;
        };
    }

    /** Reads a key; fails when it is none. */
    Digest readKey(byte[] key) {
        RecordReader reader = new RecordReader(ByteBuffer.wrap(key));
        Algorithm algorithm = algorithm((int) reader.number(Byte.BYTES));
        return Digest.of(algorithm, reader.rest());
    }

    private static Algorithm algorithm(int number) {
        return switch (number) {
            case SHA256 -> Algorithm.SHA256;
            case SHA512 -> Algorithm.SHA512;
            default -> throw new MalformedRecordException("a digest of the unknown algorithm " + number);
        };
    }

    @Override
    public int length(BlobCatalog.Entry entry) {
        return ABOUT;
    }

    @Override
    public byte[] write(BlobCatalog.Entry entry) {
        return new RecordWriter()
                .number(entry.size(), Long.BYTES)
                .number(entry.hour(), Integer.BYTES)
                .number(entry.frequent() ? 1 : 0, Byte.BYTES)
                .bytes();
    }

    @Override
    public BlobCatalog.Entry read(Digest digest, RecordReader fields) {
        return new BlobCatalog.Entry(
                fields.number(Long.BYTES), (int) fields.number(Integer.BYTES), fields.number(Byte.BYTES) != 0);
    }
}
