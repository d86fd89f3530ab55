package io.sluice.cache.embedded;

import io.sluice.cache.record.Envelope;
import io.sluice.cache.record.RecordReader;
import io.sluice.cache.record.RecordWriter;
import java.nio.ByteBuffer;

/**
 * When a record was last used: to the hour, so that a hit seldom costs a write.
 *
 * @param hour the hour since 1970
 * @param length the length of the record, bytes
 */
record Use(int hour, int length) {

    private static final int LENGTH = Byte.BYTES + 2 * Integer.BYTES;

    byte[] bytes() {
        return new RecordWriter()
                .number(Envelope.VERSION, Byte.BYTES)
                .number(hour, Integer.BYTES)
                .number(length, Integer.BYTES)
                .bytes();
    }

    /** Reads one; what cannot be read was never used, and so leaves first. */
    static Use read(byte[] bytes) {
        if (bytes.length != LENGTH || bytes[0] != Envelope.VERSION) {
            return new Use(0, 0);
        }
        RecordReader reader = new RecordReader(ByteBuffer.wrap(bytes, 1, LENGTH - 1));
        return new Use((int) reader.number(Integer.BYTES), (int) reader.number(Integer.BYTES));
    }
}
