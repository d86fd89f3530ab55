package io.sluice.cache.disk;

import io.sluice.cache.blob.BlobReader;
import io.sluice.cache.blob.BlobStoreException;
import io.sluice.cache.blob.BlobTooLongException;
import io.sluice.cache.blob.BlobWriter;
import io.sluice.cache.blob.DigestMismatchException;
import io.sluice.oci.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import reactor.core.publisher.Mono;

/**
 * A blob on its way into a file. What is hashed is what the channel took, so that the file and the hash never differ
 * (K24). The readers have the bytes as soon as they are written.
 */
final class DiskBlobWriter implements BlobWriter {

    private final Incoming incoming;
    private final OpenBlob blob;
    private final IncomingFiles files;
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile long written;
    private long size = -1;

    DiskBlobWriter(Incoming incoming, OpenBlob blob, IncomingFiles files) {
        this.incoming = incoming;
        this.blob = blob;
        this.files = files;
        this.written = incoming.written();
    }

    @Override
    public Digest digest() {
        return incoming.digest();
    }

    @Override
    public long written() {
        return written;
    }

    @Override
    public Mono<Void> arrive(long announced) {
        return files.reserve(incoming, announced < 0 ? incoming.written() : announced)
                .then(Mono.fromRunnable(() -> {
                    size = announced;
                    blob.begin(announced, incoming.written());
                    files.arriving(blob);
                }));
    }

    @Override
    public BlobReader reader() {
        return blob.reader().orElseThrow(() -> new BlobStoreException("the writing of " + digest() + " has ended"));
    }

    @Override
    public void append(ByteBuffer... bytes) {
        long more = Arrays.stream(bytes).mapToLong(ByteBuffer::remaining).sum();
        if (size >= 0 && incoming.written() + more > size) {
            throw new BlobTooLongException(digest(), size);
        }
        files.makeRoom(incoming, incoming.written() + more);
        ByteBuffer[] toHash = Arrays.stream(bytes).map(ByteBuffer::duplicate).toArray(ByteBuffer[]::new);
        try {
            files.writeAll(incoming, bytes);
        } finally {
            hash(toHash, bytes);
            written = incoming.written();
            blob.arrived(written);
        }
    }

    /** Hashes what was taken of each buffer. */
    private void hash(ByteBuffer[] given, ByteBuffer[] left) {
        for (int i = 0; i < given.length; i++) {
            int taken = given[i].remaining() - left[i].remaining();
            incoming.hash().update(given[i].slice(given[i].position(), taken));
            incoming.wrote(taken);
        }
    }

    @Override
    public Executor threads() {
        return files.threads();
    }

    @Override
    public Mono<Void> commit() {
        return files.threads()
                .call(this::verify)
                .filter(first -> first)
                .flatMap(verified -> files.keepers().run(() -> files.keep(incoming, blob)));
    }

    /** Lets the readers have all of it; false when the writing had ended before. */
    private boolean verify() {
        if (!ended.compareAndSet(false, true)) {
            return false;
        }
        Digest actual = Digest.of(digest().algorithm(), hashed().digest());
        if (!actual.equals(digest()) || size >= 0 && size != written) {
            DigestMismatchException mismatch = new DigestMismatchException(digest(), actual);
            blob.fail(mismatch);
            files.discard(incoming, blob);
            throw mismatch;
        }
        blob.complete(written);
        return true;
    }

    @Override
    public boolean suspend() {
        if (ended.get() || !blob.withdraw()) {
            return false;
        }
        ended.set(true);
        files.leaveBehind(incoming, blob);
        return true;
    }

    @Override
    public void abort(Throwable cause) {
        if (ended.compareAndSet(false, true)) {
            blob.fail(cause);
            files.discardSoon(incoming, blob);
        }
    }

    @Override
    public int readers() {
        return blob.readers();
    }

    @Override
    public void onDeserted(Runnable listener) {
        blob.onDeserted(listener);
    }

    @Override
    public MessageDigest hashed() {
        try {
            return (MessageDigest) incoming.hash().clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the hashes of the JDK can be copied", e);
        }
    }

    @Override
    public ByteBuffer heldBack() {
        long begin = blob.readable();
        try {
            return files.reading().copy(incoming.channel(), begin, Math.toIntExact(written - begin));
        } catch (IOException e) {
            throw new BlobStoreException("what was written of " + digest() + " cannot be read", e);
        }
    }
}
