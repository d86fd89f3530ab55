package io.sluice.gateway.cluster;

import io.netty.channel.Channel;
import io.sluice.cache.blob.BlobReader;
import io.sluice.gateway.transfer.BufferedPiece;
import java.time.Duration;
import reactor.core.publisher.Mono;
import reactor.netty.FutureMono;
import reactor.netty.http.server.HttpServerResponse;

/**
 * The way of a blob to another replica, one piece after the other: the next one is read when the last one was taken by the
 * socket. A body that cannot go on is never ended: its connection is closed.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty returns the promise; who needs its outcome listens to it
final class BlobStream {

    /** How much is read at once, bytes, and all that a connection holds; while it waits for bytes it holds nothing. */
    private static final int PIECE = 64 << 10;

    /** How long a piece may take, from the wait for its first byte; an upstream is given up sooner. */
    private static final Duration STALL = Duration.ofSeconds(90);

    private final BlobReader reader;
    private final Channel channel;
    private long position;
    private boolean ended;

    private BlobStream(BlobReader reader, long from, Channel channel) {
        this.reader = reader;
        this.position = from;
        this.channel = channel;
    }

    /**
     * Sends an answer whose head is set.
     *
     * @param reader stays its giver's to close, when the Mono has ended or was cancelled
     * @return completes when all of it was sent, or when the connection is closed
     */
    static Mono<Void> send(BlobReader reader, long from, HttpServerResponse response) {
        return response.then()
                .then(channelOf(response))
                .flatMap(channel -> new BlobStream(reader, from, channel).send());
    }

    private static Mono<Channel> channelOf(HttpServerResponse response) {
        return Mono.create(sink -> response.withConnection(connection -> sink.success(connection.channel())));
    }

    private Mono<Void> send() {
        return Mono.defer(this::sendNext)
                .timeout(STALL)
                .repeat(() -> !ended)
                .then()
                .takeUntilOther(closed())
                .onErrorResume(failure -> FutureMono.deferFuture(channel::close));
    }

    /** Completes when the other replica is gone. */
    private Mono<Void> closed() {
        return Mono.create(sink -> channel.closeFuture().addListener(future -> sink.success()));
    }

    private Mono<Void> sendNext() {
        return reader.ready(position, PIECE).flatMap(this::sendPiece);
    }

    private Mono<Void> sendPiece(int length) {
        if (length == 0) {
            ended = true;
            return Mono.empty();
        }
        return BufferedPiece.send(channel, reader, position, length)
                .doOnNext(count -> position += count)
                .then();
    }
}
