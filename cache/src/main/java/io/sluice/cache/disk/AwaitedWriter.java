package io.sluice.cache.disk;

import io.sluice.cache.blob.BlobReader;
import io.sluice.cache.blob.BlobStoreException;
import io.sluice.cache.blob.BlobWriter;
import io.sluice.oci.Digest;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * A writer whose file is being made, so that the upstream is asked meanwhile. Nothing is written before it
 * {@link #arrive arrives}, which waits for the file. No file stays of one that ends earlier, nor one that a disk makes when
 * nobody waits for it any more.
 */
final class AwaitedWriter implements BlobWriter {

    private final Digest digest;
    private final FileThreads threads;
    private final Mono<BlobWriter> made;
    private volatile @Nullable BlobWriter writer;

    /**
     * Begins to make it.
     *
     * @param patience how long the file is waited for
     * @param making makes the file and its writer; blocks
     * @throws BlobStoreException when too much waits for the disk already
     */
    AwaitedWriter(Digest digest, FileThreads threads, Duration patience, Supplier<BlobWriter> making) {
        this.digest = digest;
        this.threads = threads;
        CompletableFuture<BlobWriter> file = new CompletableFuture<>();
        threads.execute(() -> make(making, file));
        this.made = Mono.fromFuture(file.orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS), true)
                .onErrorMap(TimeoutException.class, late -> FileThreads.late(patience));
    }

    private static void make(Supplier<BlobWriter> making, CompletableFuture<BlobWriter> file) {
        try {
            BlobWriter there = making.get();
            if (!file.complete(there)) {
                there.abort(new BlobStoreException("its file came too late"));
            }
        } catch (Throwable e) {
            file.completeExceptionally(e);
        }
    }

    private BlobWriter writer() {
        return Objects.requireNonNull(writer, "it has not arrived");
    }

    @Override
    public Digest digest() {
        return digest;
    }

    @Override
    public long written() {
        BlobWriter there = writer;
        return there == null ? 0 : there.written();
    }

    @Override
    public Mono<Void> arrive(long size) {
        return made.doOnNext(there -> writer = there).flatMap(there -> there.arrive(size));
    }

    @Override
    public BlobReader reader() {
        return writer().reader();
    }

    @Override
    public void append(ByteBuffer... bytes) {
        writer().append(bytes);
    }

    @Override
    public Executor threads() {
        return threads;
    }

    @Override
    public Mono<Void> commit() {
        return made.flatMap(BlobWriter::commit);
    }

    /** What has not arrived has nothing to leave. */
    @Override
    public boolean suspend() {
        BlobWriter there = writer;
        if (there == null) {
            abort(new BlobStoreException("nothing was written"));
        }
        return there == null || there.suspend();
    }

    @Override
    public void abort(Throwable cause) {
        made.subscribe(there -> there.abort(cause), failure -> {});
    }

    @Override
    public int readers() {
        BlobWriter there = writer;
        return there == null ? 0 : there.readers();
    }

    @Override
    public void onDeserted(Runnable listener) {
        writer().onDeserted(listener);
    }

    @Override
    public MessageDigest hashed() {
        return writer().hashed();
    }

    @Override
    public ByteBuffer heldBack() {
        return writer().heldBack();
    }
}
