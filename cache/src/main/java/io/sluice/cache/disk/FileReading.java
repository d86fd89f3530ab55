package io.sluice.cache.disk;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.util.concurrent.atomic.AtomicBoolean;
import reactor.core.publisher.Mono;

/** Reads pieces of open files on the threads made for it, each with a buffer of its own that never leaves it. */
final class FileReading {

    private static final int SCRATCH = 256 * 1024;

    private final FileLayer files;
    private final FileThreads threads;
    private final ThreadLocal<ByteBuffer> scratch = ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(SCRATCH));

    FileReading(FileLayer files, FileThreads threads) {
        this.files = files;
        this.threads = threads;
    }

    /**
     * Reads into a buffer that its owner may take back at any time: once cancelled, nothing is written to it any more.
     *
     * @return how many bytes were read, at least one; fails with {@link IOException}
     */
    Mono<Integer> read(FileChannel channel, long offset, ByteBuffer into) {
        return Mono.defer(() -> {
            Gate gate = new Gate();
            return threads.call(() -> gate.copy(fill(channel, offset, into.remaining()), into))
                    .doOnCancel(gate::close);
        });
    }

    /** Whoever reads a piece to its end finds it in memory afterwards. */
    Mono<Void> warm(OpenBlob blob, long offset, int length) {
        return threads.call(() -> {
                    long begin = Warmth.begin(offset);
                    long end = Math.min(blob.readable(), Warmth.begin(offset + length + Warmth.PIECE - 1));
                    each(blob.channel(), begin, end, bytes -> {});
                    blob.warmth().warmed(offset, offset + length);
                    return true;
                })
                .then();
    }

    /** Hashes some bytes of a file. Blocks. */
    void hash(FileChannel channel, long begin, long end, MessageDigest hash) throws IOException {
        each(channel, begin, end, hash::update);
    }

    /** Reads some bytes into a buffer of its own. Blocks. */
    ByteBuffer copy(FileChannel channel, long begin, int length) throws IOException {
        ByteBuffer copy = ByteBuffer.allocate(length);
        each(channel, begin, begin + length, copy::put);
        return copy.flip();
    }

    private interface Taker {

        void take(ByteBuffer bytes);
    }

    private void each(FileChannel channel, long begin, long end, Taker taker) throws IOException {
        long position = begin;
        while (position < end) {
            ByteBuffer bytes = fill(channel, position, (int) Math.min(SCRATCH, end - position));
            position += bytes.remaining();
            taker.take(bytes);
        }
    }

    private ByteBuffer fill(FileChannel channel, long position, int length) throws IOException {
        ByteBuffer bytes = scratch.get().clear().limit(Math.min(SCRATCH, length));
        if (files.read(channel, bytes, position) < 0) {
            throw new EOFException("the file ends at or before " + position);
        }
        return bytes.flip();
    }

    /** Stands before somebody's buffer. */
    private static final class Gate {

        private final AtomicBoolean open = new AtomicBoolean(true);

        synchronized int copy(ByteBuffer bytes, ByteBuffer into) {
            int length = bytes.remaining();
            if (open.get()) {
                into.put(bytes);
            }
            return length;
        }

        /** Waits for a copy that is under way, which takes microseconds. */
        synchronized void close() {
            open.set(false);
        }
    }
}
