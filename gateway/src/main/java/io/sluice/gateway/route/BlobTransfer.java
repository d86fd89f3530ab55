package io.sluice.gateway.route;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.handler.ssl.SslHandler;
import io.sluice.cache.blob.BlobReader;
import io.sluice.cache.blob.BlobStoreException;
import io.sluice.gateway.pull.UncachedRest;
import io.sluice.gateway.route.BlobBody.Part;
import io.sluice.gateway.transfer.BufferedPiece;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.FutureMono;
import reactor.netty.http.server.HttpServerResponse;

/**
 * The way of a blob from its file to a connection, one piece after the other: the next one is asked for when the last one
 * has been taken by the socket. So a client that is slow, or stands still, holds no more than one piece, which in the clear
 * is no memory at all, and nothing is read ahead of it.
 *
 * <p>In the clear the operating system sends the file's own pages (sendfile, from the channel that is open already); under
 * TLS a piece is read into a buffer, and encrypted. No piece blocks, wherever it is read: it is in the page cache already, as
 * {@link BlobReader#ready} says.
 *
 * <p>Pieces go straight to the connection, because Spring knows of files nothing but their names. So the answer is
 * committed first, which applies its status and headers, and the head is sent through Reactor Netty, which also writes the
 * end of the body when all of it has been handed over.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty returns the promise; who needs its outcome listens to it
final class BlobTransfer {

    /**
     * How much is made ready at once, bytes, and sent at once in the clear. Measured: twice as much costs as much, an eighth
     * nearly twice the processor's time in user mode; and it should be in memory still when the last of it leaves.
     */
    static final int WINDOW = 512 << 10;

    /**
     * How much is made ready first, bytes; each piece is twice the one before, up to {@link #WINDOW}. So of many who ask at
     * once everyone has a beginning before anyone has much.
     */
    static final int FIRST_WINDOW = 32 << 10;

    /**
     * How long whoever has its first piece of a blob that is still arriving waits for the second, milliseconds: until then
     * the others of a crowd have their first. It is what a crowd of 200 takes for that.
     */
    private static final long REST_AFTER_FIRST = 8;

    /** How much is encrypted at once, bytes, and what a client under TLS holds. */
    static final int ENCRYPTED_PIECE = 64 << 10;

    private final BlobReader reader;
    private final Channel channel;
    private final boolean encrypted;
    private long position;
    private long readyTo;
    private int window = FIRST_WINDOW;
    private boolean hasBegun;
    private long end;

    private BlobTransfer(BlobReader reader, Channel channel) {
        this.reader = reader;
        this.channel = channel;
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        this.encrypted = tls != null;
        if (tls != null) {
            tls.setWrapDataSize(ENCRYPTED_PIECE);
        }
    }

    /**
     * Sends an answer whose headers are set.
     *
     * @param reader stays its giver's to close, when the Mono has ended or was cancelled
     * @param parts the body
     * @return completes when all of it was handed to the operating system; fails with what the reader failed with, or with
     *     what says that the client has left. Nothing more is written then: the body stays short, and no end is put to it
     */
    static Mono<Void> send(ServerHttpResponse response, BlobReader reader, List<Part> parts) {
        HttpServerResponse connected = ServerHttpResponseDecorator.getNativeResponse(response);
        return response.setComplete()
                .then(Mono.defer(connected::then))
                .then(channelOf(connected))
                .flatMap(channel -> new BlobTransfer(reader, channel).send(parts));
    }

    private static Mono<Channel> channelOf(HttpServerResponse response) {
        return Mono.create(sink -> response.withConnection(connection -> sink.success(connection.channel())));
    }

    private Mono<Void> send(List<Part> parts) {
        return Flux.fromIterable(parts).concatMap(this::send, 0).then();
    }

    private Mono<Void> send(Part part) {
        return switch (part) {
            case Part.Lines lines -> sendLines(lines.text());
            case Part.Bytes bytes -> sendBytes(bytes.from(), bytes.to());
            case Part.Everything everything -> sendBytes(0, Long.MAX_VALUE);
        };
    }

    private Mono<Void> sendLines(String text) {
        return FutureMono.deferFuture(() -> channel.writeAndFlush(ByteBufUtil.writeAscii(channel.alloc(), text)));
    }

    private Mono<Void> sendBytes(long from, long to) {
        position = from;
        readyTo = from;
        end = to;
        return Mono.defer(this::sendNext)
                .repeat(this::isUnfinished)
                .then()
                .onErrorResume(UncachedRest.class, this::sendRest);
    }

    /** The disk took no more of the blob: what is missing comes from the upstream, in buffers (K12). */
    private Mono<Void> sendRest(UncachedRest rest) {
        return rest.from(position)
                .concatMap(this::sendBuffer, 0)
                .takeUntil(sentTo -> sentTo >= end)
                .then(Mono.defer(this::blobEnded));
    }

    private Mono<Long> sendBuffer(ByteBuf buffer) {
        int count = (int) Math.min(buffer.readableBytes(), end - position);
        position += count;
        return FutureMono.from(channel.writeAndFlush(buffer.writerIndex(buffer.readerIndex() + count)))
                .thenReturn(position);
    }

    private boolean isUnfinished() {
        return position < end;
    }

    private Mono<Void> sendNext() {
        if (position < readyTo) {
            return sendPiece();
        }
        int wanted = (int) Math.min(window, end - position);
        window = Math.min(WINDOW, 2 * window);
        return reader.ready(position, wanted).flatMap(this::sendReady);
    }

    private Mono<Void> sendReady(int count) {
        if (count == 0) {
            return blobEnded();
        }
        readyTo = position + count;
        return sendPiece();
    }

    private Mono<Void> blobEnded() {
        if (end == Long.MAX_VALUE) {
            end = position;
        }
        return isUnfinished() ? Mono.error(endedEarly()) : Mono.empty();
    }

    private BlobStoreException endedEarly() {
        return new BlobStoreException(reader.digest() + " ends at " + position + ", before " + end);
    }

    private Mono<Void> sendPiece() {
        return encrypted ? encrypt() : sendRegion();
    }

    private Mono<Void> sendRegion() {
        SharedFileRegion region = new SharedFileRegion(reader.channel(), position, readyTo - position);
        long rest = hasBegun || reader.isWhole() ? 0 : REST_AFTER_FIRST;
        hasBegun = true;
        position = readyTo;
        return sent(channel.writeAndFlush(region), rest);
    }

    private Mono<Void> sent(ChannelFuture piece, long rest) {
        if (!piece.isSuccess()) {
            return FutureMono.from(piece);
        }
        return isUnfinished() ? othersTurn(rest) : Mono.empty();
    }

    /** Lets the event loop look at its other connections: a client that takes everything at once would keep it to itself. */
    private Mono<Void> othersTurn(long millis) {
        return Mono.create(turn -> channel.eventLoop().schedule(() -> turn.success(), millis, TimeUnit.MILLISECONDS));
    }

    private Mono<Void> encrypt() {
        int count = (int) Math.min(ENCRYPTED_PIECE, readyTo - position);
        ByteBuf piece = BufferedPiece.ready(channel.alloc(), reader, position, count);
        if (!piece.isReadable()) {
            piece.release();
            return encryptSlowly(count);
        }
        position += piece.readableBytes();
        return sent(channel.writeAndFlush(piece), 0);
    }

    private Mono<Void> encryptSlowly(int count) {
        return BufferedPiece.send(channel, reader, position, count)
                .doOnNext(sent -> position += sent)
                .then();
    }
}
