package io.sluice.cache.disk;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import com.github.benmanes.caffeine.cache.Scheduler;
import io.sluice.cache.blob.BlobReader;
import io.sluice.cache.blob.BlobStoreException;
import io.sluice.oci.Digest;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The blobs whose files are open: those that are held, and those that are arriving. A held one that nobody reads any more
 * stays open for a little while, as the next reader is often near.
 */
final class OpenBlobs implements OpenBlob.Listener {

    private static final long MAX_IDLE = 64;
    private static final Duration IDLE_FOR = Duration.ofSeconds(20);
    private static final int STRIPES = 256;

    /** What a damaged file means for its owner; called on a thread that may block. */
    interface DamageListener {

        void damaged(OpenBlob blob, BlobStoreException failure);
    }

    private final ConcurrentMap<Digest, OpenBlob> held = new ConcurrentHashMap<>();
    private final ConcurrentMap<Digest, OpenBlob> arriving = new ConcurrentHashMap<>();
    private final Cache<OpenBlob, Boolean> idle;
    private final Semaphore[] stripes = new Semaphore[STRIPES];
    private final FileThreads threads;
    private final Room room;
    private final DiskObserver observer;
    private volatile DamageListener damageListener = (blob, failure) -> {};

    OpenBlobs(FileThreads threads, Room room, DiskObserver observer) {
        this.threads = threads;
        this.room = room;
        this.observer = observer;
        this.idle = Caffeine.newBuilder()
                .maximumSize(MAX_IDLE)
                .expireAfterWrite(IDLE_FOR)
                .scheduler(Scheduler.systemScheduler())
                .executor(threads)
                .removalListener(this::noLongerIdle)
                .build();
        for (int i = 0; i < STRIPES; i++) {
            stripes[i] = new Semaphore(1);
        }
    }

    private void noLongerIdle(@Nullable OpenBlob blob, @Nullable Boolean value, RemovalCause cause) {
        if (blob != null && cause.wasEvicted()) {
            close(blob);
        }
    }

    void onDamage(DamageListener listener) {
        damageListener = listener;
    }

    /** A reader of a blob whose file is open and which has not failed; empty when there is none. Does not block. */
    Optional<BlobReader> reader(Digest digest) {
        OpenBlob blob = held.get(digest);
        Optional<BlobReader> reader = blob == null ? Optional.empty() : blob.reader();
        if (reader.isPresent()) {
            return reader;
        }
        OpenBlob coming = arriving.get(digest);
        return coming == null || coming.hasFailed() ? Optional.empty() : coming.reader();
    }

    @Nullable
    OpenBlob held(Digest digest) {
        return held.get(digest);
    }

    @Nullable
    OpenBlob arriving(Digest digest) {
        return arriving.get(digest);
    }

    void isHeld(OpenBlob blob) {
        held.put(blob.digest(), blob);
    }

    /** Only the first of several that arrive under one digest is found. */
    void isArriving(OpenBlob blob) {
        arriving.putIfAbsent(blob.digest(), blob);
    }

    void hasArrived(OpenBlob blob) {
        arriving.remove(blob.digest(), blob);
    }

    int arriving() {
        return arriving.size();
    }

    long readers() {
        return Stream.concat(held.values().stream(), arriving.values().stream())
                .mapToLong(OpenBlob::readers)
                .sum();
    }

    /** Does something with a digest's file while nobody else opens, deletes or renames it. Blocks. */
    void alone(Digest digest, Runnable work) {
        Semaphore stripe = stripes[Math.floorMod(digest.hashCode(), STRIPES)];
        stripe.acquireUninterruptibly();
        try {
            work.run();
        } finally {
            stripe.release();
        }
    }

    /** The file of a held blob has lost its name: readers finish, then its bytes are given back. Blocks. */
    void orphan(Digest digest, long bytes) {
        OpenBlob blob = held.remove(digest);
        if (blob == null || !blob.owe(bytes)) {
            room.give(bytes);
        } else {
            idle.invalidate(blob);
            close(blob);
        }
    }

    @Override
    public void unused(OpenBlob blob) {
        if (held.get(blob.digest()) == blob) {
            idle.put(blob, true);
        } else {
            closeSoon(blob);
        }
    }

    @Override
    public void damaged(OpenBlob blob, BlobStoreException failure) {
        threads.execute(() -> damageListener.damaged(blob, failure));
    }

    private void closeSoon(OpenBlob blob) {
        try {
            threads.execute(() -> close(blob));
        } catch (BlobStoreException overloaded) {
            idle.put(blob, true);
        }
    }

    /** Closes it unless someone uses it. Blocks. */
    private void close(OpenBlob blob) {
        try {
            long debt = blob.closeIfUnused();
            if (debt >= 0) {
                held.remove(blob.digest(), blob);
                room.give(debt);
            }
        } catch (IOException e) {
            observer.failed(blob.digest(), e);
        }
    }

    /** Closes a blob that was withdrawn from its readers. Blocks. */
    void closeWithdrawn(OpenBlob blob) {
        held.remove(blob.digest(), blob);
        try {
            blob.channel().close();
        } catch (IOException e) {
            observer.failed(blob.digest(), e);
        }
        room.give(blob.debt());
    }

    /** Closes what is open and not used, when there are too many open files. Blocks. */
    void closeIdle() {
        idle.asMap().keySet().forEach(this::close);
        idle.invalidateAll();
    }
}
