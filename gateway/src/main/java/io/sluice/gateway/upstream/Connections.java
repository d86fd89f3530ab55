package io.sluice.gateway.upstream;

import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.ssl.SslContext;
import io.sluice.gateway.metrics.UpstreamMetrics;
import io.sluice.gateway.upstream.RegistrySettings.Timeouts;
import io.sluice.gateway.upstream.RouteTls.Contexts;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import reactor.core.Disposable;
import reactor.netty.NettyPipeline;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/**
 * The connections of one route to its registry and to the hosts that it names. Each host has a pool of its own in it.
 *
 * <p>A request normally takes a pooled connection, the one used last first. One that is repeated takes a connection
 * that nobody has used before, since the pool may hold more of those that just broke (U28), and which goes to an address
 * that sent nothing wrong, if there is one (T01). Blobs are fetched through
 * connections of their own, so that no tag and no manifest ever waits behind layers (G07).
 */
final class Connections implements Disposable {

    /** The largest number of connections to one host, and of connections for repeated requests beside them. */
    static final int MAX_PER_HOST = 256;

    /** The largest number of connections to one host that blobs are fetched through, and for repeated ones beside them. */
    static final int MAX_BLOBS_PER_HOST = 128;

    /** The largest number of requests that wait for a connection to one host. */
    static final int MAX_PENDING = 1_024;

    /** Shorter than what registries and CDNs keep an idle connection for. */
    private static final Duration MAX_IDLE = Duration.ofSeconds(20);

    private static final Duration MAX_LIFE = Duration.ofMinutes(5);
    private static final double MAX_LIFE_VARIANCE_PERCENT = 10;
    private static final Duration EVICTION_INTERVAL = Duration.ofSeconds(30);
    private static final Duration UNUSED_POOL_LIFE = Duration.ofMinutes(2);

    /** Presigned URLs and long lists of headers exceed the usual 8 KiB. */
    private static final int MAX_HEADER_BYTES = 32 * 1_024;

    private static final int MAX_STATUS_LINE_BYTES = 4 * 1_024;

    /** How many of a host's addresses are tried; each may take the whole time of a connect. */
    private static final int MAX_ADDRESSES = 2;

    private final Reach reach;
    private final Lane answers;
    private final Lane blobs;
    private final ConnectionCounter counter;

    Connections(RegistrySettings settings, Network network, Reach reach, Edges edges, UpstreamMetrics metrics) {
        this.counter = new ConnectionCounter(settings.route(), metrics);
        Timeouts timeouts = settings.timeouts();
        this.reach = reach;
        this.answers = new Lane(
                bounded(settings.route(), MAX_PER_HOST, timeouts.acquire(), counter),
                bounded(settings.route() + "-unused", MAX_PER_HOST, timeouts.acquire(), counter),
                network,
                reach,
                edges,
                timeouts);
        this.blobs = new Lane(
                bounded(settings.route() + "-blobs", MAX_BLOBS_PER_HOST, timeouts.acquireForBlob(), counter),
                bounded(settings.route() + "-blobs-unused", MAX_BLOBS_PER_HOST, timeouts.acquireForBlob(), counter),
                network,
                reach,
                edges,
                timeouts);
    }

    /** The client for a first request to a host. */
    HttpClient pooled(Call call) {
        return lane(call).clients(reach.isProxied(hostOf(call))).pooling(call.dial());
    }

    /** The client for a request that was sent before and not answered. */
    HttpClient unused(Call call) {
        return lane(call).clients(reach.isProxied(hostOf(call))).repeating(call.dial());
    }

    private static String hostOf(Call call) {
        return Origin.of(call.url()).host();
    }

    private Lane lane(Call call) {
        return call.fetchesBlob() ? blobs : answers;
    }

    /** The connections of one kind of calls: the pool, and those that nobody has used before. */
    private static final class Lane implements Disposable {

        private final ConnectionProvider pool;
        private final ConnectionProvider unused;
        private final Network network;
        private final Reach reach;
        private final Edges edges;
        private final Timeouts timeouts;
        private volatile Clients direct;
        private volatile Clients proxied;

        Lane(
                ConnectionProvider.Builder pool,
                ConnectionProvider.Builder unused,
                Network network,
                Reach reach,
                Edges edges,
                Timeouts timeouts) {
            this.pool = pool.maxIdleTime(MAX_IDLE)
                    .maxLifeTime(MAX_LIFE)
                    .maxLifeTimeVariance(MAX_LIFE_VARIANCE_PERCENT)
                    .build();
            this.unused =
                    unused.evictionPredicate((connection, metadata) -> true).build();
            this.network = network;
            this.reach = reach;
            this.edges = edges;
            this.timeouts = timeouts;
            this.direct = build(reach.contexts(), false);
            this.proxied = reach.hasProxy() ? build(reach.contexts(), true) : direct;
        }

        /** Those of now: others as soon as certificates have changed, which then share no connection with the old ones. */
        Clients clients(boolean throughProxy) {
            Clients built = throughProxy ? proxied : direct;
            Contexts contexts = reach.contexts();
            if (built.contexts().equals(contexts)) {
                return built;
            }
            Clients anew = build(contexts, throughProxy);
            if (throughProxy) {
                proxied = anew;
            } else {
                direct = anew;
            }
            return anew;
        }

        private Clients build(Contexts contexts, boolean throughProxy) {
            Map<Dial, HttpClient> pooling = new EnumMap<>(Dial.class);
            Map<Dial, HttpClient> repeating = new EnumMap<>(Dial.class);
            for (Dial dial : Dial.values()) {
                pooling.put(dial, client(pool, contexts, dial, throughProxy));
                HttpClient repeater = client(unused, contexts, dial, throughProxy);
                repeating.put(dial, repeater.resolvedAddressesSelector((config, all) -> firstOf(edges.preferred(all))));
            }
            return new Clients(contexts, pooling, repeating);
        }

        private HttpClient client(ConnectionProvider connections, Contexts contexts, Dial dial, boolean throughProxy) {
            HttpClient client = Connections.client(connections, network, contexts.forHost(dial), timeouts);
            return throughProxy ? reach.proxied(client) : reach.direct(client, dial);
        }

        @Override
        public void dispose() {
            pool.dispose();
            unused.dispose();
        }
    }

    /** The clients that were made with the certificates of a moment. */
    private record Clients(
            Contexts contexts, Map<Dial, HttpClient> poolingByDial, Map<Dial, HttpClient> repeatingByDial) {

        HttpClient pooling(Dial dial) {
            return Objects.requireNonNull(poolingByDial.get(dial));
        }

        HttpClient repeating(Dial dial) {
            return Objects.requireNonNull(repeatingByDial.get(dial));
        }
    }

    @SuppressWarnings("deprecation") // maxChunkSize: Netty 5 will not have it
    private static HttpClient client(
            ConnectionProvider connections, Network network, SslContext context, Timeouts timeouts) {
        return HttpClient.create(connections)
                .runOn(network.loops())
                .protocol(HttpProtocol.HTTP11)
                .headers(headers ->
                        headers.set(HttpHeaderNames.VIA, network.via().value()))
                .resolvedAddressesSelector((configuration, addresses) -> firstOf(addresses))
                .option(
                        ChannelOption.CONNECT_TIMEOUT_MILLIS,
                        Math.toIntExact(timeouts.connect().toMillis()))
                .secure(tls -> tls.sslContext(context).handshakeTimeout(timeouts.handshake()))
                .httpResponseDecoder(decoder -> decoder.maxChunkSize(Registry.LONGEST_BUFFER)
                        .maxHeaderSize(MAX_HEADER_BYTES)
                        .maxInitialLineLength(MAX_STATUS_LINE_BYTES))
                .doOnChannelInit((observer, channel, address) ->
                        channel.pipeline().addAfter(NettyPipeline.HttpCodec, "answerFilter", new AnswerFilter()))
                .compress(false)
                .followRedirect(false)
                .disableRetry(true);
    }

    private static List<? extends SocketAddress> firstOf(List<? extends SocketAddress> addresses) {
        return addresses.subList(0, Math.min(addresses.size(), MAX_ADDRESSES));
    }

    private static ConnectionProvider.Builder bounded(
            String name, int perHost, Duration acquire, ConnectionCounter counter) {
        return ConnectionProvider.builder("sluice-" + name)
                .maxConnections(perHost)
                .pendingAcquireMaxCount(MAX_PENDING)
                .pendingAcquireTimeout(acquire)
                .lifo()
                .evictInBackground(EVICTION_INTERVAL)
                .disposeInactivePoolsInBackground(UNUSED_POOL_LIFE, UNUSED_POOL_LIFE)
                .metrics(true, () -> counter);
    }

    @Override
    public void dispose() {
        answers.dispose();
        blobs.dispose();
        counter.dispose();
    }
}
