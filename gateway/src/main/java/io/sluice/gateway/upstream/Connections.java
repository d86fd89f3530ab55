package io.sluice.gateway.upstream;

import io.netty.channel.ChannelOption;
import io.sluice.gateway.metrics.GatewayMetrics;
import io.sluice.gateway.upstream.RegistrySettings.Timeouts;
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
 * that nobody has used before, since the pool may hold more of those that just broke (U28).
 */
final class Connections implements Disposable {

    /** The largest number of connections to one host, and of connections for repeated requests beside them. */
    static final int MAX_PER_HOST = 256;

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

    private final ConnectionProvider pool;
    private final ConnectionProvider unused;
    private final Map<Dial, HttpClient> pooling = new EnumMap<>(Dial.class);
    private final Map<Dial, HttpClient> repeating = new EnumMap<>(Dial.class);

    Connections(RegistrySettings settings, Network network, GatewayMetrics metrics) {
        ConnectionCounter counter = new ConnectionCounter(settings.route(), metrics);
        Timeouts timeouts = settings.timeouts();
        this.pool = bounded(settings.route(), timeouts, counter)
                .maxIdleTime(MAX_IDLE)
                .maxLifeTime(MAX_LIFE)
                .maxLifeTimeVariance(MAX_LIFE_VARIANCE_PERCENT)
                .build();
        this.unused = bounded(settings.route() + "-unused", timeouts, counter)
                .evictionPredicate((connection, metadata) -> true)
                .build();
        for (Dial dial : Dial.values()) {
            pooling.put(dial, client(pool, network, dial, timeouts));
            repeating.put(dial, client(unused, network, dial, timeouts));
        }
    }

    /** The client for a first request to a host. */
    HttpClient pooled(Dial dial) {
        return Objects.requireNonNull(pooling.get(dial));
    }

    /** The client for a request that was sent before and not answered. */
    HttpClient unused(Dial dial) {
        return Objects.requireNonNull(repeating.get(dial));
    }

    private static HttpClient client(ConnectionProvider connections, Network network, Dial dial, Timeouts timeouts) {
        return HttpClient.create(connections)
                .runOn(network.loops())
                .protocol(HttpProtocol.HTTP11)
                .resolver(network.resolver(dial))
                .resolvedAddressesSelector((configuration, addresses) -> firstOf(addresses))
                .option(
                        ChannelOption.CONNECT_TIMEOUT_MILLIS,
                        Math.toIntExact(timeouts.connect().toMillis()))
                .secure(tls -> tls.sslContext(network.tls()).handshakeTimeout(timeouts.handshake()))
                .httpResponseDecoder(
                        decoder -> decoder.maxHeaderSize(MAX_HEADER_BYTES).maxInitialLineLength(MAX_STATUS_LINE_BYTES))
                .doOnChannelInit((observer, channel, address) ->
                        channel.pipeline().addAfter(NettyPipeline.HttpCodec, "answerFilter", new AnswerFilter()))
                .compress(false)
                .followRedirect(false)
                .disableRetry(true);
    }

    private static List<? extends SocketAddress> firstOf(List<? extends SocketAddress> addresses) {
        return addresses.subList(0, Math.min(addresses.size(), MAX_ADDRESSES));
    }

    private static ConnectionProvider.Builder bounded(String name, Timeouts timeouts, ConnectionCounter counter) {
        return ConnectionProvider.builder("sluice-" + name)
                .maxConnections(MAX_PER_HOST)
                .pendingAcquireMaxCount(MAX_PENDING)
                .pendingAcquireTimeout(timeouts.acquire())
                .lifo()
                .evictInBackground(EVICTION_INTERVAL)
                .disposeInactivePoolsInBackground(UNUSED_POOL_LIFE, UNUSED_POOL_LIFE)
                .metrics(true, () -> counter);
    }

    @Override
    public void dispose() {
        pool.dispose();
        unused.dispose();
    }
}
