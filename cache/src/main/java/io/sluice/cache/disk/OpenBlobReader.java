package io.sluice.cache.disk;

import io.sluice.cache.blob.BlobReader;
import io.sluice.oci.Digest;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import reactor.core.publisher.Mono;

/** One reader of an {@link OpenBlob}: a claim on the open file, and nothing more. */
final class OpenBlobReader implements BlobReader {

    private final OpenBlob blob;
    private final AtomicBoolean closed = new AtomicBoolean();

    OpenBlobReader(OpenBlob blob) {
        this.blob = blob;
    }

    @Override
    public Digest digest() {
        return blob.digest();
    }

    @Override
    public long size() {
        return blob.size();
    }

    @Override
    public boolean isWhole() {
        return blob.isWhole();
    }

    @Override
    public Mono<Integer> ready(long offset, int atMost) {
        return blob.ready(offset, atMost);
    }

    @Override
    public Mono<Integer> read(long offset, ByteBuffer into) {
        return blob.read(offset, into);
    }

    @Override
    public Duration arrivesIn(long offset) {
        return blob.arrivesIn(offset);
    }

    @Override
    public FileChannel channel() {
        return blob.channel();
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            blob.left();
        }
    }
}
