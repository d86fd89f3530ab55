package io.sluice.gateway.cluster;

import static java.util.Objects.requireNonNull;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.sluice.cache.blob.BlobReader;
import io.sluice.cache.blob.BlobStore;
import io.sluice.cache.blob.BlobStoreException;
import io.sluice.gateway.cluster.BlobQuery.Extent;
import io.sluice.gateway.metrics.GatewayMetrics;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.resources.LoopResources;

/**
 * The listener for the other replicas, which sends them the blobs that this one holds or leads, and nothing else. It has a
 * port of its own, and takes no request that is not signed ({@link RequestSignature}).
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty returns the promise; nobody waits for a connection to be closed
public final class ReplicaListener implements AutoCloseable {

    /** How long the head of the upstream's answer is waited for. */
    static final Duration LANDING = Duration.ofSeconds(30);

    private static final int MAX_CONNECTIONS = 1_024;
    private static final int MAX_LINE_BYTES = 512;
    private static final int MAX_HEAD_BYTES = 2 * 1_024;
    private static final Duration MAX_IDLE = Duration.ofSeconds(30);
    private static final Duration MAX_HEAD = Duration.ofSeconds(10);
    private static final Duration STOP = Duration.ofSeconds(2);

    private static final int UNAUTHORIZED = 401;
    private static final int NOT_FOUND = 404;
    private static final int RANGE_NOT_SATISFIABLE = 416;

    private final ClusterSettings settings;
    private final URI itself;
    private final BlobStore store;
    private final Leads leads;
    private final RequestSignature signature;
    private final GatewayMetrics metrics;
    private final AtomicInteger connections = new AtomicInteger();
    private final DisposableServer server;

    private ReplicaListener(
            ClusterSettings settings, BlobStore store, Leads leads, GatewayMetrics metrics, LoopResources loops) {
        this.settings = settings;
        this.itself = requireNonNull(settings.advertisedUrl());
        this.store = store;
        this.leads = leads;
        this.signature = new RequestSignature(settings.secret().orElseThrow());
        this.metrics = metrics;
        this.server = server(loops).bindNow();
    }

    /**
     * Starts it; blocks until its port is open.
     *
     * @param settings with a URL
     * @param loops the event loops to use; stay the caller's to dispose of
     */
    public static ReplicaListener start(
            ClusterSettings settings, BlobStore store, Leads leads, GatewayMetrics metrics, LoopResources loops) {
        return new ReplicaListener(settings, store, leads, metrics, loops);
    }

    private HttpServer server(LoopResources loops) {
        return HttpServer.create()
                .runOn(loops)
                .bindAddress(() -> new InetSocketAddress(settings.address(), settings.port()))
                .protocol(HttpProtocol.HTTP11)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .httpRequestDecoder(
                        decoder -> decoder.maxInitialLineLength(MAX_LINE_BYTES).maxHeaderSize(MAX_HEAD_BYTES))
                .idleTimeout(MAX_IDLE)
                .requestTimeout(MAX_HEAD)
                .compress(false)
                .doOnChannelInit((observer, channel, address) -> admit(channel))
                .handle(this::answer);
    }

    private void admit(Channel channel) {
        int open = connections.incrementAndGet();
        channel.closeFuture().addListener(closed -> connections.decrementAndGet());
        if (open > MAX_CONNECTIONS) {
            channel.close();
        }
    }

    private Mono<Void> answer(HttpServerRequest request, HttpServerResponse response) {
        String range = request.requestHeaders().get(HttpHeaderNames.RANGE);
        String signed = request.requestHeaders().get(HttpHeaderNames.AUTHORIZATION);
        if (!signature.isOf(request.method().name(), itself, request.uri(), range, signed)) {
            return refuse(response, UNAUTHORIZED);
        }
        Optional<BlobQuery> query = BlobQuery.of(request.uri(), range);
        return request.method().equals(HttpMethod.GET) && query.isPresent()
                ? send(query.get(), response)
                : refuse(response, NOT_FOUND);
    }

    private Mono<Void> refuse(HttpServerResponse response, int status) {
        metrics.clusterRequest(status);
        return response.status(status)
                .header(HttpHeaderNames.CONTENT_LENGTH, "0")
                .send();
    }

    private Mono<Void> send(BlobQuery query, HttpServerResponse response) {
        return Mono.usingWhen(
                        open(query),
                        reader -> send(reader, query, response).thenReturn(true),
                        reader -> Mono.fromRunnable(reader::close))
                .switchIfEmpty(Mono.defer(() -> refuse(response, NOT_FOUND).thenReturn(true)))
                .then();
    }

    private Mono<BlobReader> open(BlobQuery query) {
        Mono<BlobReader> held = store.open(query.digest()).filter(ReplicaListener::isWholeElseClosed);
        Mono<BlobReader> any = query.extent() == Extent.HELD
                ? held
                : held.switchIfEmpty(leads.reader(query.digest())).switchIfEmpty(held);
        return any.timeout(LANDING, Mono.empty())
                .onErrorComplete(BlobStoreException.class)
                .doOnDiscard(BlobReader.class, BlobReader::close);
    }

    private static boolean isWholeElseClosed(BlobReader reader) {
        boolean isWhole = reader.isWhole();
        if (!isWhole) {
            reader.close();
        }
        return isWhole;
    }

    private Mono<Void> send(BlobReader reader, BlobQuery query, HttpServerResponse response) {
        long size = reader.size();
        long from = query.from();
        if (size >= 0 && from > 0 && from >= size) {
            return refuse(response, RANGE_NOT_SATISFIABLE);
        }
        response.status(from == 0 ? 200 : 206);
        if (size >= 0) {
            response.header(HttpHeaderNames.CONTENT_LENGTH, Long.toString(size - from));
        }
        if (size >= 0 && from > 0) {
            response.header(HttpHeaderNames.CONTENT_RANGE, "bytes " + from + "-" + (size - 1) + "/" + size);
        }
        metrics.clusterRequest(response.status().code());
        return BlobStream.send(reader, from, response);
    }

    /** Where it listens. */
    InetSocketAddress address() {
        return (InetSocketAddress) server.address();
    }

    /** How many connections are open. */
    int connections() {
        return connections.get();
    }

    /** Closes its port and its connections. Blocks, for two seconds at the most. */
    @Override
    public void close() {
        server.disposeNow(STOP);
    }
}
