package io.sluice.benchmarks.peer;

import io.sluice.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.SplittableRandom;

/**
 * Bytes that no compression makes smaller, and that are others for every number.
 *
 * @param number what they differ by
 * @param size how many they are
 */
record BlobContent(long number, long size) {

    private static final int BLOCK = 64 * 1024;
    private static final byte[] NOISE = noise();

    Digest digest() throws IOException {
        try (InputStream in = open()) {
            return digestOf(in);
        }
    }

    /** Of everything that comes. */
    static Digest digestOf(InputStream in) throws IOException {
        MessageDigest hash = Digest.Algorithm.SHA256.newMessageDigest();
        in.transferTo(new DigestOutputStream(OutputStream.nullOutputStream(), hash));
        return Digest.of(Digest.Algorithm.SHA256, hash.digest());
    }

    InputStream open() {
        return new Blocks();
    }

    private static byte[] noise() {
        byte[] noise = new byte[BLOCK];
        new SplittableRandom(20260101).nextBytes(noise);
        return noise;
    }

    /** The same noise again and again, each time with its number and its place in front. */
    private final class Blocks extends InputStream {

        private final byte[] block = NOISE.clone();
        private long position;

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
        }

        @Override
        public int read(byte[] bytes, int offset, int length) {
            if (position == size) {
                return -1;
            }
            int start = (int) (position % BLOCK);
            if (start == 0) {
                ByteBuffer.wrap(block).putLong(number).putLong(position);
            }
            int count = (int) Math.min(Math.min(length, BLOCK - start), size - position);
            System.arraycopy(block, start, bytes, offset, count);
            position += count;
            return count;
        }
    }
}
