package io.sluice.cache.disk;

import io.sluice.cache.blob.BlobReader;
import io.sluice.cache.blob.BlobStoreException;
import io.sluice.oci.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import reactor.core.publisher.Mono;

/**
 * A blob whose file is open, for as long as anyone reads or writes it. Readers share the file and nothing else; each waits
 * at the {@link Frontier} for the offset that it wants.
 */
final class OpenBlob {

    /** What is held back at least of a blob that is not verified yet, bytes. */
    static final int HELD_BACK = 64 * 1024;

    /** What was written last is still in memory, bytes. */
    private static final long STAYS_WARM = 256L * 1024 * 1024;

    /** What an upstream is taken to bring before it is known, bytes a second. */
    private static final long USUAL_RATE = 8L * 1024 * 1024;

    private static final long RATE_KNOWN_AFTER = TimeUnit.MILLISECONDS.toNanos(500);

    /** What happens to it, for its owner. */
    interface Listener {

        /** Nobody reads or writes it any more; called without a lock. */
        void unused(OpenBlob blob);

        /** Its file is not what it should be. */
        void damaged(OpenBlob blob, BlobStoreException failure);
    }

    private final Digest digest;
    private final FileChannel channel;
    private final FileReading reading;
    private final Listener listener;
    private final Warmth warmth = new Warmth();
    private final LastUse lastUse = LastUse.never();
    private final Frontier frontier = new Frontier();
    private volatile long size;
    private volatile long begun = System.nanoTime();
    private volatile long begunAt;
    private volatile Runnable deserted = () -> {};
    private int readers;
    private boolean busy = true;
    private boolean closed;
    private long debt;

    /**
     * A file of which nothing may be passed on yet. It is busy until it is {@link #rest at rest}.
     *
     * @param size the length of the whole blob, bytes, or -1
     */
    OpenBlob(Digest digest, FileChannel channel, long size, FileReading reading, Listener listener) {
        this.digest = digest;
        this.channel = channel;
        this.size = size;
        this.reading = reading;
        this.listener = listener;
    }

    Digest digest() {
        return digest;
    }

    FileChannel channel() {
        return channel;
    }

    long size() {
        return size;
    }

    long readable() {
        return frontier.position();
    }

    boolean isWhole() {
        return frontier.isWhole();
    }

    /** Whether the rest is not coming. */
    boolean hasFailed() {
        return frontier.hasFailed();
    }

    Warmth warmth() {
        return warmth;
    }

    // --- what may be passed on

    /** Begins to arrive, with so many bytes there already. */
    void begin(long announced, long present) {
        size = announced;
        begun = System.nanoTime();
        lastUse.renew();
        begunAt = present;
        arrived(present);
    }

    /** So many bytes from the first were written; the last ones of a blob that is not verified are held back. */
    void arrived(long present) {
        warmth.warmed(Math.max(0, Math.min(frontier.position(), present - 1)), present);
        warmth.cool(present - STAYS_WARM);
        long limit = size < 0 ? present - HELD_BACK : Math.min(present, size - HELD_BACK);
        frontier.advance(Math.max(0, limit));
    }

    /** All of it is there and verified. */
    void complete(long length) {
        size = length;
        frontier.complete(length);
    }

    /** The rest is not coming. */
    void fail(Throwable cause) {
        frontier.fail(cause);
    }

    /** Completes when the whole is verified; fails when it never will be. */
    Mono<Boolean> verified() {
        return frontier.settled(Long.MAX_VALUE);
    }

    // --- reading

    Mono<Integer> ready(long offset, int atMost) {
        return Mono.defer(() -> {
            long there = frontier.from(offset);
            if (there > 0) {
                return warm(offset, (int) Math.min(atMost, there));
            }
            return there == 0 ? Mono.just(0) : frontier.settled(offset).flatMap(known -> ready(offset, atMost));
        });
    }

    private Mono<Integer> warm(long offset, int length) {
        return warmth.isWarm(offset, length)
                ? Mono.just(length)
                : reading.warm(this, offset, length).thenReturn(length).onErrorMap(IOException.class, this::unreadable);
    }

    Mono<Integer> read(long offset, ByteBuffer into) {
        return Mono.defer(() -> {
            long there = frontier.from(offset);
            if (there > 0) {
                int length = (int) Math.min(into.remaining(), there);
                return reading.read(channel, offset, into.slice(into.position(), length))
                        .onErrorMap(IOException.class, this::unreadable);
            }
            return there == 0 ? Mono.just(0) : frontier.settled(offset).flatMap(known -> read(offset, into));
        });
    }

    private BlobStoreException unreadable(Throwable cause) {
        BlobStoreException failed = new BlobStoreException("the file of " + digest + " cannot be read", cause);
        listener.damaged(this, failed);
        return failed;
    }

    Duration arrivesIn(long offset) {
        long missing = offset - frontier.position();
        if (missing < 0 || isWhole()) {
            return Duration.ZERO;
        }
        long elapsed = System.nanoTime() - begun;
        long came = frontier.position() - begunAt;
        double rate = elapsed < RATE_KNOWN_AFTER ? 0 : came * 1e9 / elapsed;
        double perSecond = elapsed < RATE_KNOWN_AFTER ? Math.max(USUAL_RATE, came * 1e9 / Math.max(1, elapsed)) : rate;
        return Duration.ofMillis((long) Math.min(Integer.MAX_VALUE, missing * 1e3 / Math.max(1, perSecond)));
    }

    // --- who uses it

    /** A reader, unless the file is closed. */
    Optional<BlobReader> reader() {
        synchronized (this) {
            if (closed) {
                return Optional.empty();
            }
            readers++;
        }
        return Optional.of(new OpenBlobReader(this));
    }

    LastUse lastUse() {
        return lastUse;
    }

    synchronized int readers() {
        return readers;
    }

    void onDeserted(Runnable callback) {
        deserted = callback;
    }

    /** A reader has left. */
    void left() {
        boolean last;
        boolean unused;
        synchronized (this) {
            readers--;
            last = readers == 0;
            unused = last && !busy;
        }
        if (last) {
            deserted.run();
        }
        if (unused) {
            listener.unused(this);
        }
    }

    /** It is neither written nor verified any more. */
    void rest() {
        boolean unused;
        synchronized (this) {
            busy = false;
            unused = readers == 0;
        }
        if (unused) {
            listener.unused(this);
        }
    }

    /** Takes it away from possible readers for good, if there are none now: then it stays open for its writer alone. */
    synchronized boolean withdraw() {
        if (readers > 0) {
            return false;
        }
        closed = true;
        return true;
    }

    synchronized boolean isOpen() {
        return !closed;
    }

    /** Its file has no name any more, and counts until it is closed; false when it is closed already. */
    synchronized boolean owe(long bytes) {
        if (closed) {
            return false;
        }
        debt += bytes;
        return true;
    }

    /** What counts until it is closed, bytes. */
    synchronized long debt() {
        return debt;
    }

    /**
     * Closes the file, unless someone uses it. Blocks.
     *
     * @return what it owed, bytes, which counts no longer; -1 when it is in use, or was closed before
     */
    long closeIfUnused() throws IOException {
        synchronized (this) {
            if (closed || busy || readers > 0) {
                return -1;
            }
            closed = true;
        }
        channel.close();
        return debt;
    }
}
