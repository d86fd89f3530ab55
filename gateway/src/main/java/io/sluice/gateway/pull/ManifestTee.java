package io.sluice.gateway.pull;

import io.netty.buffer.ByteBuf;
import io.sluice.cache.manifest.Manifest;
import io.sluice.gateway.error.InvalidContentException;
import io.sluice.gateway.error.PullException;
import java.util.Arrays;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Gathers the body of a manifest while it arrives: at most {@link Manifest#MAX_SIZE} bytes, whatever its length was
 * announced to be (T14), and within the budget of all manifests in flight.
 */
final class ManifestTee implements AutoCloseable {

    private static final int INITIAL_SIZE = 8 * 1024;

    private final ByteBudget budget;
    private final int limit;
    private byte[] bytes;
    private int size;

    private ManifestTee(ByteBudget budget, int limit) {
        this.budget = budget;
        this.limit = limit;
        budget.take(INITIAL_SIZE);
        this.bytes = new byte[INITIAL_SIZE];
    }

    /** The whole body, or an error of {@link PullException}. */
    static Mono<byte[]> gather(Flux<ByteBuf> body, ByteBudget budget) {
        return gather(body, budget, Manifest.MAX_SIZE);
    }

    /** The whole body of a document that may have another length, or an error of {@link PullException}. */
    static Mono<byte[]> gather(Flux<ByteBuf> body, ByteBudget budget, int limit) {
        return Mono.using(() -> new ManifestTee(budget, limit), tee -> tee.readAll(body));
    }

    private Mono<byte[]> readAll(Flux<ByteBuf> body) {
        return body.doOnNext(this::write).then(Mono.fromSupplier(() -> Arrays.copyOf(bytes, size)));
    }

    private void write(ByteBuf chunk) {
        int length = chunk.readableBytes();
        if (size + length > limit) {
            throw new InvalidContentException("the document is larger than " + limit + " bytes");
        }
        if (size + length > bytes.length) {
            grow(Math.min(limit, Math.max(size + length, bytes.length * 2)));
        }
        chunk.getBytes(chunk.readerIndex(), bytes, size, length);
        size += length;
    }

    private void grow(int capacity) {
        budget.take(capacity - (long) bytes.length);
        bytes = Arrays.copyOf(bytes, capacity);
    }

    @Override
    public void close() {
        budget.giveBack(bytes.length);
    }
}
