package io.sluice.cache.record;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;

/** Reads what a {@link RecordWriter} wrote, or fails with {@link MalformedRecordException}. */
public final class RecordReader {

    private final ByteBuffer in;

    /** Reads what remains of a buffer, which it takes over. */
    public RecordReader(ByteBuffer in) {
        this.in = in;
    }

    /**
     * Reads a key, behind its version.
     *
     * @throws MalformedRecordException when it is of another version
     */
    public static RecordReader key(byte[] key) {
        RecordReader reader = new RecordReader(ByteBuffer.wrap(key));
        if (reader.number(Byte.BYTES) != Envelope.VERSION) {
            throw new MalformedRecordException("a key of another version");
        }
        return reader;
    }

    /** A text. */
    public String text() {
        return new String(take((int) number(Short.BYTES)), StandardCharsets.UTF_8);
    }

    /** A number without a sign if it has fewer than 8 bytes. */
    public long number(int bytes) {
        require(bytes);
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value = value << Byte.SIZE | in.get() & 0xFF;
        }
        return value;
    }

    /** An instant, to the nanosecond. */
    public Instant instant() {
        try {
            return Instant.ofEpochSecond(number(Long.BYTES), number(Integer.BYTES));
        } catch (DateTimeException e) {
            throw new MalformedRecordException("an instant out of range");
        }
    }

    /** What comes last, up to the end of the record. */
    public byte[] rest() {
        return take(in.remaining());
    }

    /** Whether anything is left. */
    public boolean hasMore() {
        return in.hasRemaining();
    }

    private byte[] take(int length) {
        require(length);
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    private void require(int length) {
        if (length > in.remaining()) {
            throw new MalformedRecordException("it ends too early");
        }
    }
}
