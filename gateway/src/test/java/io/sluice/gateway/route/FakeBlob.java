package io.sluice.gateway.route;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.sluice.cache.blob.BlobReader;
import io.sluice.cache.blob.BlobStoreException;
import io.sluice.oci.Digest;
import io.sluice.testing.Images.Content;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/** A blob in a temporary file, deleted as soon as it is open, that arrives and fails as its test says. */
final class FakeBlob implements AutoCloseable {

    private final Digest digest;
    private final long size;
    private final FileChannel file;
    private final ThreadPoolExecutor thread = new ThreadPoolExecutor(1, 1, 0, SECONDS, new LinkedBlockingQueue<>());
    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();
    private final AtomicLong askedTo = new AtomicLong();
    private final List<Waiting> waiting = new ArrayList<>();
    private long arrived;
    private boolean whole;
    private @Nullable RuntimeException failure;

    private record Waiting(long offset, int atMost, MonoSink<Integer> sink) {}

    private FakeBlob(Digest digest, long size, FileChannel file) {
        this.digest = digest;
        this.size = size;
        this.file = file;
        thread.prestartAllCoreThreads();
    }

    /** One that is there. */
    static FakeBlob whole(Content content) {
        FakeBlob blob = arriving(content);
        blob.arrive(content.bytes().length);
        blob.end();
        return blob;
    }

    /** One of which nothing has arrived yet. */
    static FakeBlob arriving(Content content) {
        return new FakeBlob(
                Digest.parse(content.digest()),
                content.bytes().length,
                temporaryFile(ByteBuffer.wrap(content.bytes())));
    }

    /** One of which nothing has arrived yet, and of which nobody knows how long it will be. */
    static FakeBlob ofUnknownSize(Content content) {
        return new FakeBlob(Digest.parse(content.digest()), -1, temporaryFile(ByteBuffer.wrap(content.bytes())));
    }

    /** One that is there, of zeroes, and takes no room. */
    static FakeBlob zeroes(long size) {
        try {
            FileChannel file = temporaryFile(ByteBuffer.allocate(0));
            file.write(ByteBuffer.allocate(1), size - 1);
            FakeBlob blob = new FakeBlob(Digest.parse("sha256:" + "0".repeat(64)), size, file);
            blob.arrive(size);
            blob.end();
            return blob;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static FileChannel temporaryFile(ByteBuffer bytes) {
        try {
            Path path = Files.createTempFile("blob", null);
            FileChannel file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
            Files.delete(path);
            file.write(bytes);
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Digest digest() {
        return digest;
    }

    /** Lets the bytes up to a position be passed on. */
    void arrive(long upTo) {
        synchronized (this) {
            arrived = upTo;
        }
        wake();
    }

    /** There are no more. */
    void end() {
        synchronized (this) {
            whole = true;
        }
        wake();
    }

    /** The rest is not coming. */
    void fail() {
        synchronized (this) {
            failure = new BlobStoreException("the rest is not coming");
        }
        wake();
    }

    /** How many readers are open. */
    int readers() {
        return opened.get() - closed.get();
    }

    /** How many readers have been opened so far. */
    int openedSoFar() {
        return opened.get();
    }

    /** Up to where any reader has asked for bytes. */
    long askedTo() {
        return askedTo.get();
    }

    /** How many readers wait for bytes. */
    synchronized int waiting() {
        return waiting.size();
    }

    BlobReader open() {
        opened.incrementAndGet();
        return new Reader();
    }

    private void wake() {
        List<Waiting> all;
        synchronized (this) {
            all = List.copyOf(waiting);
            waiting.clear();
        }
        all.forEach(this::look);
    }

    private void look(Waiting reader) {
        int count;
        synchronized (this) {
            boolean none = reader.offset() >= arrived;
            if (none && !whole && failure == null) {
                waiting.add(reader);
                return;
            }
            count = none && failure != null ? -1 : Math.clamp(arrived - reader.offset(), 0, reader.atMost());
        }
        if (count < 0) {
            reader.sink().error(failed());
        } else {
            reader.sink().success(count);
        }
    }

    private synchronized RuntimeException failed() {
        return failure == null ? new IllegalStateException("it did not fail") : failure;
    }

    private synchronized void forget(Waiting reader) {
        waiting.remove(reader);
    }

    @Override
    public void close() {
        thread.shutdownNow();
        try {
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private final class Reader implements BlobReader {

        private final AtomicBoolean isClosed = new AtomicBoolean();

        @Override
        public Digest digest() {
            return digest;
        }

        @Override
        public long size() {
            return size;
        }

        @Override
        public boolean isWhole() {
            synchronized (FakeBlob.this) {
                return whole;
            }
        }

        @Override
        public Mono<Integer> ready(long offset, int atMost) {
            askedTo.accumulateAndGet(offset + atMost, Math::max);
            return Mono.create(sink -> {
                Waiting reader = new Waiting(offset, atMost, sink);
                sink.onDispose(() -> forget(reader));
                look(reader);
            });
        }

        @Override
        public Mono<Integer> read(long offset, ByteBuffer into) {
            return ready(offset, into.remaining())
                    .flatMap(count -> Mono.create(sink -> thread.execute(() -> read(offset, into, count, sink))));
        }

        private void read(long offset, ByteBuffer into, int count, MonoSink<Integer> sink) {
            try {
                sink.success(file.read(into.slice(0, count), offset));
            } catch (IOException e) {
                sink.error(new BlobStoreException("cannot be read", e));
            }
        }

        @Override
        public Duration arrivesIn(long offset) {
            return Duration.ZERO;
        }

        @Override
        public FileChannel channel() {
            return file;
        }

        @Override
        public void close() {
            if (isClosed.compareAndSet(false, true)) {
                closed.incrementAndGet();
            }
        }
    }
}
