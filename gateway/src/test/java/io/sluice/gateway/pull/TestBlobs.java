package io.sluice.gateway.pull;

import io.sluice.cache.blob.BlobReader;
import io.sluice.cache.blob.BlobStore;
import io.sluice.cache.blob.BlobStoreException;
import io.sluice.cache.blob.BlobUsage;
import io.sluice.cache.blob.BlobWriter;
import io.sluice.cache.disk.BlobCatalog;
import io.sluice.cache.disk.DiskBlobSettings;
import io.sluice.cache.disk.DiskBlobStore;
import io.sluice.cache.disk.DiskObserver;
import io.sluice.oci.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** The store of blobs on disk, whose disk fails when a test wants it to, and which counts what is open. */
final class TestBlobs implements BlobStore, AutoCloseable {

    private static final Duration LOADED_WITHIN = Duration.ofSeconds(10);

    private final DiskBlobStore store;
    private final AtomicLong fullAfter = new AtomicLong(Long.MAX_VALUE);
    private final AtomicInteger writers = new AtomicInteger();

    private TestBlobs(DiskBlobStore store) {
        this.store = store;
    }

    static TestBlobs open(Path directory, long limit) {
        try {
            TestBlobs blobs = new TestBlobs(DiskBlobStore.open(
                    DiskBlobSettings.of(directory.resolve("blobs"), limit), new Forgetful(), new Deaf()));
            blobs.store.loaded().block(LOADED_WITHIN);
            return blobs;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** From now on the disk is full as soon as a blob has more bytes than these. */
    void fullAfter(long bytes) {
        fullAfter.set(bytes);
    }

    /** How many writers were begun. */
    int writers() {
        return writers.get();
    }

    @Override
    public Mono<BlobReader> open(Digest digest) {
        return store.open(digest);
    }

    @Override
    public @Nullable ByteBuffer inMemory(Digest digest) {
        return store.inMemory(digest);
    }

    @Override
    public Mono<Long> size(Digest digest) {
        return store.size(digest);
    }

    @Override
    public Mono<BlobWriter> write(Digest digest) {
        return store.write(digest).map(writer -> {
            writers.incrementAndGet();
            return new Filling(writer);
        });
    }

    @Override
    public void pin(Digest digest) {
        store.pin(digest);
    }

    @Override
    public Mono<Void> remove(Digest digest) {
        return store.remove(digest);
    }

    @Override
    public BlobUsage usage() {
        return store.usage();
    }

    @Override
    public void close() {
        store.close();
    }

    /** A writer whose disk may be full. */
    private final class Filling implements BlobWriter {

        private final BlobWriter writer;

        Filling(BlobWriter writer) {
            this.writer = writer;
        }

        @Override
        public void append(ByteBuffer... bytes) {
            long more = Arrays.stream(bytes).mapToLong(ByteBuffer::remaining).sum();
            if (writer.written() + more > fullAfter.get()) {
                throw new BlobStoreException("no space left on device");
            }
            writer.append(bytes);
        }

        @Override
        public Digest digest() {
            return writer.digest();
        }

        @Override
        public long written() {
            return writer.written();
        }

        @Override
        public Mono<Void> arrive(long size) {
            return writer.arrive(size);
        }

        @Override
        public BlobReader reader() {
            return writer.reader();
        }

        @Override
        public Executor threads() {
            return writer.threads();
        }

        @Override
        public Mono<Void> commit() {
            return writer.commit();
        }

        @Override
        public boolean suspend() {
            return writer.suspend();
        }

        @Override
        public void abort(Throwable cause) {
            writer.abort(cause);
        }

        @Override
        public int readers() {
            return writer.readers();
        }

        @Override
        public void onDeserted(Runnable listener) {
            writer.onDeserted(listener);
        }

        @Override
        public MessageDigest hashed() {
            return writer.hashed();
        }

        @Override
        public ByteBuffer heldBack() {
            return writer.heldBack();
        }
    }

    private static final class Forgetful implements BlobCatalog {

        @Override
        public void load(Visitor visitor) {
            // there was never anything before
        }

        @Override
        public void put(Digest digest, Entry entry) {
            // nobody asks
        }

        @Override
        public void remove(Digest digest) {
            // nobody asks
        }

        @Override
        public long bytes() {
            return 0;
        }

        @Override
        public void close() {
            // nothing is open
        }
    }

    private static final class Deaf implements DiskObserver {

        @Override
        public void failed(Object subject, Throwable cause) {
            // the test sees it in what the pull becomes
        }

        @Override
        public void damaged(Object subject, Throwable cause) {
            // the test sees it in what the pull becomes
        }

        @Override
        public void full(Object subject, Throwable cause) {
            // the test sees it in what the pull becomes
        }
    }
}
