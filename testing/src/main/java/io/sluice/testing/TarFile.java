package io.sluice.testing;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Tar files with one regular file in them, the same bytes each time.
 *
 * @see <a href="https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html">POSIX, ustar interchange format</a>
 */
public final class TarFile {

    private static final int BLOCK = 512;
    private static final int CHUNK = 1 << 16;
    private static final long SEED = 20260101;

    private TarFile() {}

    /** A tar file in which {@code greeting} has this content. */
    public static byte[] of(String content) {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            out.write(header("greeting", bytes.length));
            out.write(bytes);
            out.write(end(bytes.length));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** Writes a tar file in which {@code noise} has so many pseudo-random bytes. */
    public static void writeRandom(OutputStream out, long size) throws IOException {
        Random random = new Random(SEED);
        byte[] chunk = new byte[CHUNK];
        out.write(header("noise", size));
        for (long left = size; left > 0; left -= CHUNK) {
            random.nextBytes(chunk);
            out.write(chunk, 0, (int) Math.min(left, CHUNK));
        }
        out.write(end(size));
    }

    /** A tar file around a regular file of this name, size and content, which is read when the tar file is. */
    public static InputStream around(String name, long size, InputStream content) {
        InputStream header = new ByteArrayInputStream(header(name, size));
        InputStream end = new ByteArrayInputStream(end(size));
        return new SequenceInputStream(Collections.enumeration(List.of(header, content, end)));
    }

    /** The size of a tar file around a file of this size, bytes. */
    public static long sizeAround(long size) {
        return BLOCK + size + end(size).length;
    }

    private static byte[] header(String name, long size) {
        ByteBuffer header = ByteBuffer.allocate(BLOCK);
        put(header, 0, name);
        put(header, 100, "0000644\0");
        put(header, 108, "0000000\0");
        put(header, 116, "0000000\0");
        put(header, 124, "%011o\0".formatted(size));
        put(header, 136, "%011o\0".formatted(0));
        put(header, 148, "        ");
        put(header, 156, "0");
        put(header, 257, "ustar\00000");
        put(header, 148, "%06o\0 ".formatted(sumOf(header.array())));
        return header.array();
    }

    private static void put(ByteBuffer header, int offset, String text) {
        header.put(offset, text.getBytes(StandardCharsets.US_ASCII));
    }

    private static int sumOf(byte[] header) {
        int sum = 0;
        for (byte value : header) {
            sum += Byte.toUnsignedInt(value);
        }
        return sum;
    }

    /** The padding of the content, and the two empty blocks that end the file. */
    private static byte[] end(long size) {
        int padding = Math.floorMod(-size, BLOCK);
        return new byte[padding + 2 * BLOCK];
    }
}
