package io.sluice.cache.record;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** Writes the fields of keys and records, as the package's documentation has them. */
public final class RecordWriter {

    private static final int MAX_TEXT = 0xFFFF;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream(256);

    /** Begins a key. */
    public static RecordWriter key() {
        return new RecordWriter().number(Envelope.VERSION, Byte.BYTES);
    }

    /**
     * A text.
     *
     * @throws MalformedRecordException when it has more than 65,535 bytes
     */
    public RecordWriter text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        if (utf8.length > MAX_TEXT) {
            throw new MalformedRecordException("a text of " + utf8.length + " bytes, at most " + MAX_TEXT);
        }
        number(utf8.length, Short.BYTES);
        out.writeBytes(utf8);
        return this;
    }

    /** The low bytes of a number. */
    public RecordWriter number(long value, int bytes) {
        for (int shift = (bytes - 1) * Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
            out.write((int) (value >>> shift));
        }
        return this;
    }

    /** An instant, to the nanosecond. */
    public RecordWriter instant(Instant instant) {
        return number(instant.getEpochSecond(), Long.BYTES).number(instant.getNano(), Integer.BYTES);
    }

    /** What comes last, up to the end of the record. */
    public RecordWriter rest(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        out.writeBytes(copy);
        return this;
    }

    /** What has been written so far. */
    public byte[] bytes() {
        return out.toByteArray();
    }
}
