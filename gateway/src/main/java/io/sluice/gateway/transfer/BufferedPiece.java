package io.sluice.gateway.transfer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPromise;
import io.sluice.cache.blob.BlobReader;
import io.sluice.cache.blob.BlobStoreException;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Mono;
import reactor.netty.FutureMono;

/** Bytes of a blob that are read into a buffer and sent. */
@SuppressWarnings("FutureReturnValueIgnored") // Netty returns the promise, which is listened to
public final class BufferedPiece {

    private BufferedPiece() {}

    /**
     * Reads a piece at once, on the thread of the caller, which may be an event loop.
     *
     * @param from the first byte
     * @param count how many, as {@link BlobReader#ready} has said: the operating system has them in memory
     * @return a buffer of the caller's, as long; empty if they cannot be read, which {@link #send} tells the reason of
     */
    public static ByteBuf ready(ByteBufAllocator allocator, BlobReader reader, long from, int count) {
        ByteBuf piece = allocator.directBuffer(count, count);
        try {
            piece.writeBytes(reader.channel(), from, count);
        } catch (IOException e) {
            piece.clear();
        }
        return piece;
    }

    /**
     * Reads a piece on a thread made for it, and sends it. The read is not cancelled with the answer: until it has ended,
     * its thread may still write into the buffer.
     *
     * @param from the first byte
     * @param atMost how many; the buffer is as long
     * @return how many were sent, one at least, as soon as the socket has taken them; fails with what the reader failed
     *     with, with what says that the other side has left, or with {@link BlobStoreException} when the blob ends before
     */
    public static Mono<Integer> send(Channel channel, BlobReader reader, long from, int atMost) {
        return Mono.defer(() -> {
            ByteBuf piece = channel.alloc().directBuffer(atMost, atMost);
            ChannelPromise sent = channel.newPromise();
            AtomicInteger length = new AtomicInteger();
            reader.read(from, piece.nioBuffer(0, atMost))
                    .subscribe(
                            count -> {
                                length.set(count);
                                write(channel, reader, from, piece.writerIndex(count), sent);
                            },
                            failure -> giveUp(piece, failure, sent));
            return FutureMono.from(sent).then(Mono.fromSupplier(length::get));
        });
    }

    private static void write(Channel channel, BlobReader reader, long from, ByteBuf piece, ChannelPromise sent) {
        if (piece.isReadable()) {
            channel.writeAndFlush(piece, sent);
        } else {
            giveUp(piece, new BlobStoreException(reader.digest() + " ends at " + from), sent);
        }
    }

    private static void giveUp(ByteBuf piece, Throwable failure, ChannelPromise sent) {
        piece.release();
        sent.setFailure(failure);
    }
}
