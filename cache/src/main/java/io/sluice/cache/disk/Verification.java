package io.sluice.cache.disk;

import io.sluice.cache.blob.BlobStoreException;
import io.sluice.oci.Digest;
import java.io.IOException;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * The first reading of a file since the start: bytes may have changed while nobody looked (T29). A small one is hashed
 * before anything of it may be passed on; of a large one the last 64 KiB are held back until the whole matches. It goes
 * step by step, so that many of them share the threads, and a large one stops when nobody reads any more.
 */
final class Verification {

    /** Up to this length a file is hashed before its first byte is passed on, bytes. */
    static final long AT_ONCE = 64L * 1024 * 1024;

    private static final int STEP = 4 * 1024 * 1024;

    /** How it ends; called on a thread that may block. */
    interface Listener {

        void matches(OpenBlob blob);

        void differs(OpenBlob blob, BlobStoreException failure);

        void stopped(OpenBlob blob);
    }

    private final OpenBlob blob;
    private final FileReading reading;
    private final FileThreads threads;
    private final Listener listener;
    private final MessageDigest hash;
    private long hashed;

    Verification(OpenBlob blob, FileReading reading, FileThreads threads, Listener listener) {
        this.blob = blob;
        this.reading = reading;
        this.threads = threads;
        this.listener = listener;
        this.hash = blob.digest().algorithm().newMessageDigest();
    }

    /** Begins; to be called on a thread that may block. */
    void start() {
        step();
    }

    private void step() {
        if (hashed >= AT_ONCE && blob.withdraw()) {
            listener.stopped(blob);
            return;
        }
        try {
            long end = Math.min(blob.size(), hashed + STEP);
            reading.hash(blob.channel(), hashed, end, hash);
            passOn(end);
        } catch (IOException e) {
            differs("it cannot be read", e);
        } catch (RuntimeException e) {
            differs("it cannot be verified", e);
        }
    }

    private void passOn(long end) {
        blob.warmth().warmed(hashed, end);
        hashed = end;
        if (hashed == blob.size()) {
            judge();
            return;
        }
        if (blob.size() > AT_ONCE) {
            blob.arrived(hashed);
        }
        threads.execute(this::step);
    }

    private void judge() {
        Digest actual = Digest.of(blob.digest().algorithm(), hash.digest());
        if (actual.equals(blob.digest())) {
            blob.complete(hashed);
            listener.matches(blob);
        } else {
            differs("it hashes to " + actual, null);
        }
    }

    private void differs(String how, @Nullable Exception cause) {
        BlobStoreException failure =
                new BlobStoreException("the file of " + blob.digest() + " is damaged: " + how, cause);
        blob.fail(failure);
        listener.differs(blob, failure);
    }
}
