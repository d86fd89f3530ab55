package io.sluice.cache.blob;

import io.sluice.oci.Digest;
import io.sluice.oci.Digest.Algorithm;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** What tests of stores do with blobs, step by step. Blocks. */
public final class Blobs {

    public static final Duration LIMIT = Duration.ofSeconds(20);

    private static final int PIECE = 16 * 1024;

    private Blobs() {}

    /** Bytes that only their seed tells from others. */
    public static byte[] bytes(int size, long seed) {
        byte[] bytes = new byte[size];
        new SplittableRandom(seed).nextBytes(bytes);
        return bytes;
    }

    public static Digest digest(byte[] bytes) {
        return Digest.hash(Algorithm.SHA256, bytes);
    }

    /** The value of a Mono, which must have one. */
    public static <T> T get(Mono<T> mono) {
        return Objects.requireNonNull(mono.block(LIMIT), "nothing came");
    }

    public static void run(Mono<Void> mono) {
        mono.block(LIMIT);
    }

    /** Writes a blob from begin to end. */
    public static Digest put(BlobStore store, byte[] bytes) {
        Digest digest = digest(bytes);
        BlobWriter writer = begin(store, digest, bytes.length);
        append(writer, bytes);
        run(writer.commit());
        return digest;
    }

    /** A writer whose blob has arrived. */
    public static BlobWriter begin(BlobStore store, Digest digest, long size) {
        BlobWriter writer = get(store.write(digest));
        run(writer.arrive(size));
        return writer;
    }

    /** Appends where it may block. */
    public static void append(BlobWriter writer, byte[] bytes) {
        append(writer, bytes, 0, bytes.length);
    }

    public static void append(BlobWriter writer, byte[] bytes, int from, int to) {
        CompletableFuture<Void> done = CompletableFuture.runAsync(
                () -> {
                    for (int at = from; at < to; at += PIECE) {
                        writer.append(ByteBuffer.wrap(bytes, at, Math.min(PIECE, to - at)));
                    }
                },
                writer.threads());
        Mono.fromFuture(done).block(LIMIT);
    }

    /** All that a reader has, from an offset to the end. */
    public static byte[] readAll(BlobReader reader, long from) {
        ByteBuffer all = ByteBuffer.allocate(1024 * 1024);
        ByteBuffer piece = ByteBuffer.allocate(PIECE);
        long at = from;
        int read;
        while ((read = get(reader.read(at, piece.clear()))) > 0) {
            if (all.remaining() < read) {
                all = ByteBuffer.allocate(all.capacity() * 2).put(all.flip());
            }
            all.put(piece.array(), 0, read);
            at += read;
        }
        return Arrays.copyOf(all.array(), all.position());
    }

    /** The bytes of a blob, or null when the store has none; those that it has in memory have to be the same. */
    public static byte @Nullable [] find(BlobStore store, Digest digest) {
        ByteBuffer inMemory = store.inMemory(digest);
        try (BlobReader reader = store.open(digest).block(LIMIT)) {
            byte[] found = reader == null ? null : readAll(reader, 0);
            if (inMemory != null && !inMemory.equals(found == null ? null : ByteBuffer.wrap(found))) {
                throw new AssertionError("memory has other bytes of " + digest);
            }
            return found;
        }
    }
}
