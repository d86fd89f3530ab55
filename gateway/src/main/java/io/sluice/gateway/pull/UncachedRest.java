package io.sluice.gateway.pull;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.cache.blob.BlobStoreException;
import io.sluice.cache.blob.BlobWriter;
import io.sluice.gateway.error.InvalidContentException;
import io.sluice.oci.Digest;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import reactor.core.publisher.Flux;
import reactor.core.publisher.SynchronousSink;

/**
 * The disk took no more in the middle of a blob. Whoever read it goes on with the rest from the upstream, past the disk,
 * and gets a whole and verified body all the same (K12).
 */
public final class UncachedRest extends BlobStoreException {

    private final transient Digest digest;
    private final transient MessageDigest hash;
    private final transient ByteBuffer heldBack;
    private final transient LongFunction<Flux<ByteBuf>> upstream;
    private final transient Consumer<InvalidContentException> onWrong;
    private final long written;

    /**
     * Remembers what is there. Blocks, as {@link BlobWriter#heldBack} does.
     *
     * @param upstream the blob from an offset on, in buffers that their source releases
     * @param onWrong is told of a whole that does not match its digest
     */
    UncachedRest(
            BlobWriter writer,
            LongFunction<Flux<ByteBuf>> upstream,
            Consumer<InvalidContentException> onWrong,
            BlobStoreException cause) {
        super("only " + writer.written() + " bytes of " + writer.digest() + " could be kept", cause);
        this.digest = writer.digest();
        this.written = writer.written();
        this.hash = writer.hashed();
        this.heldBack = writer.heldBack();
        this.upstream = upstream;
        this.onWrong = onWrong;
    }

    /**
     * The rest of the blob, fetched for this caller alone.
     *
     * @param offset the first byte that is wanted; not before the one at which the reader failed
     * @return buffers that their receiver releases. The last 64 KiB of the blob come when the whole matches its digest;
     *     else it fails with {@link InvalidContentException}, as it does with what the upstream fails with
     */
    public Flux<ByteBuf> from(long offset) {
        return Flux.using(this::tail, tail -> rest(tail, offset), HeldBackTail::close);
    }

    private HeldBackTail tail() {
        return new HeldBackTail(digest, copyOfHash(), Unpooled.wrappedBuffer(heldBack.duplicate()));
    }

    private MessageDigest copyOfHash() {
        try {
            return (MessageDigest) hash.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the hashes of the JDK can be copied", e);
        }
    }

    private Flux<ByteBuf> rest(HeldBackTail tail, long offset) {
        long[] left = {offset - (written - heldBack.remaining())};
        return tail.verify(upstream.apply(written))
                .doOnError(InvalidContentException.class, onWrong)
                .handle((chunk, sink) -> skip(chunk, left, sink));
    }

    private static void skip(ByteBuf chunk, long[] left, SynchronousSink<ByteBuf> sink) {
        int skipped = (int) Math.min(left[0], chunk.readableBytes());
        left[0] -= skipped;
        if (chunk.skipBytes(skipped).isReadable()) {
            sink.next(chunk);
        } else {
            chunk.release();
        }
    }
}
