package io.sluice.gateway.pull;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.gateway.error.InvalidContentException;
import io.sluice.oci.Digest;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A blob that is hashed while it passes. At least its last 64 KiB are held back until the whole matches the digest; if
 * it does not, the stream fails instead, so that no client ever gets a complete body that is wrong (T01, U11).
 *
 * <p>Whoever answers with the blob closes it when that is over: a connection that is lost before its answer begins ends
 * the answer without cancelling the body.
 */
final class HeldBackTail implements AutoCloseable {

    /** How much is held back at least, bytes. */
    static final int SIZE = 64 * 1024;

    private final Digest digest;
    private final MessageDigest hash;
    private final ArrayDeque<ByteBuf> held = new ArrayDeque<>();
    private long heldBytes;
    private boolean closed;

    HeldBackTail(Digest digest) {
        this.digest = digest;
        this.hash = digest.algorithm().newMessageDigest();
    }

    /**
     * The rest of a blob whose beginning has passed elsewhere.
     *
     * @param hash the hash of all that came before; it is used up
     * @param heldBack the last bytes of that, which have not been passed on; handed over
     */
    HeldBackTail(Digest digest, MessageDigest hash, ByteBuf heldBack) {
        this.digest = digest;
        this.hash = hash;
        this.held.add(heldBack);
        this.heldBytes = heldBack.readableBytes();
    }

    /**
     * The same body, verified; back-pressure passes through, and nothing is queued beyond the tail.
     *
     * @param body buffers that their source releases
     * @return buffers that their receiver releases; fails with {@link InvalidContentException} before the end
     */
    Flux<ByteBuf> verify(Flux<ByteBuf> body) {
        return body.map(this::push).concatWith(Mono.fromSupplier(this::release)).filter(ByteBuf::isReadable);
    }

    /** Takes a buffer, and gives what need not be held back any longer. */
    private synchronized ByteBuf push(ByteBuf chunk) {
        if (closed) {
            return Unpooled.EMPTY_BUFFER;
        }
        for (ByteBuffer part : chunk.nioBuffers()) {
            hash.update(part);
        }
        held.add(chunk.retain());
        heldBytes += chunk.readableBytes();
        List<ByteBuf> passed = new ArrayList<>(1);
        while (heldBytes - held.getFirst().readableBytes() >= SIZE) {
            heldBytes -= held.getFirst().readableBytes();
            passed.add(held.removeFirst());
        }
        return joined(passed);
    }

    /** Gives the tail, once the whole matches. */
    private synchronized ByteBuf release() {
        if (closed) {
            return Unpooled.EMPTY_BUFFER;
        }
        Digest actual = Digest.of(digest.algorithm(), hash.digest());
        if (!actual.equals(digest)) {
            throw new InvalidContentException("the upstream's bytes for " + digest + " hash to " + actual);
        }
        List<ByteBuf> rest = new ArrayList<>(held);
        held.clear();
        return joined(rest);
    }

    /** Lets go of what is held back; nothing passes any more. */
    @Override
    public synchronized void close() {
        closed = true;
        held.forEach(ByteBuf::release);
        held.clear();
    }

    private static ByteBuf joined(List<ByteBuf> buffers) {
        return switch (buffers.size()) {
            case 0 -> Unpooled.EMPTY_BUFFER;
            case 1 -> buffers.getFirst();
            default -> Unpooled.wrappedBuffer(buffers.size(), buffers.toArray(ByteBuf[]::new));
        };
    }
}
