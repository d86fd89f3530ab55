package io.sluice.gateway.cluster;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.sluice.gateway.cluster.ReplicaException.Reason;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.ByteBufFlux;
import reactor.netty.Connection;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.resources.LoopResources;

/**
 * Asks other replicas for blobs. Where they are is what Redis says, so nothing secret goes there, no redirect is followed,
 * and nothing that comes back is believed.
 */
public final class ReplicaClient implements Disposable {

    private static final int MAX_PER_REPLICA = 256;
    private static final int MAX_PENDING = 1_024;
    private static final Duration ACQUIRE = Duration.ofSeconds(5);
    private static final Duration CONNECT = Duration.ofSeconds(1);

    /** Shorter than what the listener keeps an idle connection for. */
    private static final Duration MAX_IDLE = Duration.ofSeconds(20);

    /** Longer than what the listener waits for the upstream's head. */
    private static final Duration HEAD = ReplicaListener.LANDING.plusSeconds(5);

    private static final int MAX_HEAD_BYTES = 4 * 1_024;
    private static final int OK = 200;
    private static final int PARTIAL_CONTENT = 206;
    private static final int UNAUTHORIZED = 401;
    private static final int NOT_FOUND = 404;
    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes ([0-9]{1,16})-([0-9]{1,16})/([0-9]{1,16})");

    private final RequestSignature signature;
    private final ConnectionProvider connections;
    private final HttpClient client;

    /** @param loops the event loops to use; stay the caller's to dispose of */
    public ReplicaClient(ClusterSecret secret, LoopResources loops) {
        this.signature = new RequestSignature(secret);
        this.connections = ConnectionProvider.builder("sluice-replicas")
                .maxConnections(MAX_PER_REPLICA)
                .pendingAcquireMaxCount(MAX_PENDING)
                .pendingAcquireTimeout(ACQUIRE)
                .maxIdleTime(MAX_IDLE)
                .lifo()
                .build();
        this.client = HttpClient.create(connections)
                .runOn(loops)
                .protocol(HttpProtocol.HTTP11)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.toIntExact(CONNECT.toMillis()))
                .httpResponseDecoder(
                        decoder -> decoder.maxHeaderSize(MAX_HEAD_BYTES).maxInitialLineLength(MAX_HEAD_BYTES))
                .compress(false)
                .followRedirect(false)
                .disableRetry(true);
    }

    /**
     * A blob that another replica sends, from the byte on that it was asked for.
     *
     * @param size how long it says that the whole blob is, bytes, or -1
     * @param body the bytes, which their source releases; fails with {@link ReplicaException}
     */
    public record Sent(long size, Flux<ByteBuf> body) {}

    /**
     * Asks a replica for a blob.
     *
     * @param reader what to do with it; called at most once, and what it fails with is handed on
     * @return fails with {@link ReplicaException} when nothing of it comes
     */
    public Mono<Void> ask(URI replica, BlobQuery query, Function<Sent, Mono<Void>> reader) {
        return Mono.defer(() -> {
            AtomicBoolean answered = new AtomicBoolean();
            Sinks.Empty<Void> head = Sinks.empty();
            Mono<Void> exchange = client.headers(headers -> write(replica, query, headers))
                    .get()
                    .uri(replica + query.path())
                    .response((answer, content) -> {
                        answered.set(true);
                        head.tryEmitEmpty();
                        return Mono.defer(() -> read(replica, query, answer, content, reader));
                    })
                    // What comes while its caller leaves is dropped, and nobody else gives its connection back.
                    .doOnDiscard(Connection.class, Connection::dispose)
                    .then();
            return Watched.by(lateUnless(head.asMono()), exchange)
                    .onErrorMap(failure -> answered.get() ? failure : broken(replica, failure));
        });
    }

    private static Mono<Void> lateUnless(Mono<Void> answered) {
        return Mono.delay(HEAD)
                .then(Mono.<Void>error(() -> new TimeoutException("no answer within " + HEAD.toSeconds() + " s")))
                .takeUntilOther(answered)
                .then(Mono.never());
    }

    private void write(URI replica, BlobQuery query, HttpHeaders headers) {
        String range = query.range();
        headers.set(HttpHeaderNames.AUTHORIZATION, signature.of("GET", replica, query.path(), range));
        if (range != null) {
            headers.set(HttpHeaderNames.RANGE, range);
        }
    }

    private static Mono<Void> read(
            URI replica,
            BlobQuery query,
            HttpClientResponse answer,
            ByteBufFlux content,
            Function<Sent, Mono<Void>> reader) {
        int expected = query.from() == 0 ? OK : PARTIAL_CONTENT;
        int status = answer.status().code();
        if (status != expected) {
            return Mono.error(new ReplicaException(replica, reasonOf(status), null));
        }
        return reader.apply(new Sent(
                size(answer.responseHeaders(), query.from()), content.onErrorMap(failure -> broken(replica, failure))));
    }

    private static Reason reasonOf(int status) {
        return switch (status) {
            case UNAUTHORIZED -> Reason.REFUSED;
            case NOT_FOUND -> Reason.ABSENT;
            default -> Reason.BROKEN;
        };
    }

    /** How long the whole is said to be; -1 when that is not said, or not about the bytes that were asked for. */
    private static long size(HttpHeaders headers, long from) {
        String length = headers.get(HttpHeaderNames.CONTENT_LENGTH);
        if (from == 0) {
            return length != null && length.matches("[0-9]{1,16}") ? Long.parseLong(length) : -1;
        }
        String range = headers.get(HttpHeaderNames.CONTENT_RANGE);
        Matcher said = CONTENT_RANGE.matcher(range == null ? "" : range);
        return said.matches() && Long.parseLong(said.group(1)) == from ? Long.parseLong(said.group(3)) : -1;
    }

    private static ReplicaException broken(URI replica, Throwable failure) {
        return failure instanceof ReplicaException known
                ? known
                : new ReplicaException(replica, Reason.BROKEN, failure);
    }

    /** Closes its connections; what is under way fails. */
    @Override
    public void dispose() {
        connections.dispose();
    }
}
