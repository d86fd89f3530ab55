package io.sluice.cache.disk;

import io.sluice.cache.blob.BlobReader;
import io.sluice.cache.blob.BlobStoreException;
import io.sluice.cache.blob.BlobWriter;
import io.sluice.oci.Digest;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * A writer whose file is being made, so that the upstream is asked meanwhile. Nothing is written before it
 * {@link #arrive arrives}, which waits for the file; one that ends earlier leaves no file.
 */
final class AwaitedWriter implements BlobWriter {

    private final Digest digest;
    private final FileThreads threads;
    private final Mono<BlobWriter> made;
    private volatile @Nullable BlobWriter writer;

    /**
     * Begins to make it.
     *
     * @param making makes the file and its writer; blocks
     */
    AwaitedWriter(Digest digest, FileThreads threads, Callable<BlobWriter> making) {
        this.digest = digest;
        this.threads = threads;
        this.made = threads.call(making).cache();
        made.subscribe(there -> {}, failure -> {});
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
