package io.sluice.cache.blob;

import io.sluice.oci.Digest;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.time.Duration;
import reactor.core.publisher.Mono;

/**
 * A blob that is read from any offset and at any pace, whole or while it arrives. Every reader is on its own: a slow one
 * holds back nobody, and costs no memory.
 *
 * <p>What may be passed on is what {@link #ready} and {@link #read} give: never the last 64 KiB of bytes that are not
 * verified yet. They fail when the rest is not coming: with what the writer {@link BlobWriter#abort aborted} with, or with
 * {@link BlobStoreException} when the file cannot be read.
 */
public interface BlobReader extends AutoCloseable {

    Digest digest();

    /** The length of the whole blob, bytes, or -1 as long as nobody knows it. */
    long size();

    /** Whether all of it is there and verified. */
    boolean isWhole();

    /**
     * Waits until there is something to pass on from an offset, and until the operating system has it in memory.
     *
     * @param offset where to begin
     * @param atMost how much is wanted
     * @return how many bytes, at most that many, can be sent from the {@link #channel} at once and without blocking; 0 when
     *     the blob ends at the offset
     */
    Mono<Integer> ready(long offset, int atMost);

    /**
     * Waits likewise, and reads, on a thread made for it.
     *
     * @param into where to; its position does not move. It is in use until the Mono has ended, which it always does, also
     *     after a {@link #close}, and no sooner for being cancelled
     * @return how many bytes were read; 0 when the blob ends at the offset. It may end on any thread
     */
    Mono<Integer> read(long offset, ByteBuffer into);

    /** About how long it takes until the byte at an offset may be passed on; zero when it may be. */
    Duration arrivesIn(long offset);

    /** The open file, for a transfer without a copy. It is open until the reader is closed, and only to be read. */
    FileChannel channel();

    /** Ends the reading. Does not block; safe to call more than once. */
    @Override
    void close();
}
