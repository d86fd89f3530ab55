package io.sluice.cache.record;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** The envelope of a record: a version, and a checksum over its key and its fields. */
public final class Envelope {

    /** The version of keys and records that is written, and the only one that is read. */
    public static final int VERSION = 1;

    private static final int HEAD = Byte.BYTES + Integer.BYTES;

    private Envelope() {}

    /** Puts the fields into an envelope that fits this key alone. */
    public static byte[] seal(byte[] key, byte[] fields) {
        return ByteBuffer.allocate(HEAD + fields.length)
                .put((byte) VERSION)
                .putInt(checksum(key, ByteBuffer.wrap(fields)))
                .put(fields)
                .array();
    }

    /**
     * The fields of a record.
     *
     * @throws MalformedRecordException when it is of another version, or not what was sealed for this key
     */
    public static RecordReader open(byte[] key, byte[] record) {
        if (record.length < HEAD) {
            throw new MalformedRecordException("it ends too early");
        }
        ByteBuffer in = ByteBuffer.wrap(record);
        int version = in.get();
        if (version != VERSION) {
            throw new MalformedRecordException("it has the version " + version + ", not " + VERSION);
        }
        if (in.getInt() != checksum(key, in.slice())) {
            throw new MalformedRecordException("its checksum does not match");
        }
        return new RecordReader(in.slice());
    }

    private static int checksum(byte[] key, ByteBuffer fields) {
        CRC32C checksum = new CRC32C();
        checksum.update(key);
        checksum.update(fields);
        return (int) checksum.getValue();
    }
}
