package io.sluice.cache.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SocketOptions.KeepAliveOptions;
import io.lettuce.core.SocketOptions.TcpUserTimeoutOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.Delay;
import io.lettuce.core.resource.EpollProvider;
import io.sluice.cache.redis.RedisUrl.Host;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How Lettuce is used: what its defaults would do is buffer without a limit while there is no connection, and send again
 * what may have been carried out already.
 */
final class LettuceOptions {

    /** How long a connection may take to be made; also each step of its greeting. */
    static final Duration CONNECT_WITHIN = Duration.ofSeconds(2);

    /** How many commands may be on their way on one connection; more are let through nowhere ({@link CommandGate}). */
    static final int QUEUE = 1_024;

    private static final int THREADS = 2;
    private static final Duration RECONNECT_AT_LEAST = Duration.ofMillis(100);
    private static final Duration RECONNECT_AT_MOST = Duration.ofSeconds(5);
    private static final Duration SILENT_FOR = Duration.ofSeconds(5);
    private static final Duration DEAD_AFTER = Duration.ofSeconds(20);
    private static final Duration LOOK_AT_CLUSTER = Duration.ofSeconds(10);
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(2);

    private LettuceOptions() {}

    /** Threads of our own, and reconnecting with jitter, so that replicas do not come all at once (K04). */
    static ClientResources resources() {
        return DefaultClientResources.builder()
                .ioThreadPoolSize(THREADS)
                .computationThreadPoolSize(THREADS)
                .reconnectDelay(Delay.fullJitter(RECONNECT_AT_LEAST, RECONNECT_AT_MOST, 100, TimeUnit.MILLISECONDS))
                .build();
    }

    static ClientOptions single(Duration deadline) {
        return ClientOptions.builder()
                .autoReconnect(true)
                .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
                .replayFilter(command -> true)
                .requestQueueSize(QUEUE)
                .protocolVersion(ProtocolVersion.RESP3)
                .maintNotificationsConfig(MaintNotificationsConfig.disabled())
                .timeoutOptions(TimeoutOptions.builder()
                        .timeoutCommands(true)
                        .fixedTimeout(deadline)
                        .build())
                .socketOptions(socket())
                .build();
    }

    static ClusterClientOptions cluster(Duration deadline) {
        ClusterClientOptions.Builder options = ClusterClientOptions.builder(single(deadline))
                .topologyRefreshOptions(ClusterTopologyRefreshOptions.builder()
                        .enablePeriodicRefresh(LOOK_AT_CLUSTER)
                        .adaptiveRefreshTriggersTimeout(LOOK_AGAIN)
                        .build());
        // Lettuce does not take these two over.
        options.replayFilter(command -> true);
        options.maintNotificationsConfig(MaintNotificationsConfig.disabled());
        return options.build();
    }

    /** A peer that says nothing is given up by the kernel (K04), where that can be asked for. */
    private static SocketOptions socket() {
        SocketOptions.Builder options =
                SocketOptions.builder().connectTimeout(CONNECT_WITHIN).tcpNoDelay(true);
        if (EpollProvider.isAvailable()) {
            options.keepAlive(KeepAliveOptions.builder()
                            .enable()
                            .idle(SILENT_FOR)
                            .interval(SILENT_FOR)
                            .count(3)
                            .build())
                    .tcpUserTimeout(TcpUserTimeoutOptions.builder()
                            .enable()
                            .tcpUserTimeout(DEAD_AFTER)
                            .build());
        }
        return options.build();
    }

    /** The address of one server. */
    static RedisURI server(RedisUrl url, Host host) {
        return authenticated(url, RedisURI.builder().withHost(host.name()).withPort(host.port()));
    }

    /** The address of a master that sentinels know; the sentinels themselves are asked without a password. */
    static RedisURI sentinels(RedisUrl url, String master) {
        RedisURI.Builder builder = RedisURI.builder().withSentinelMasterId(master);
        for (Host host : url.hosts()) {
            builder.withSentinel(RedisURI.builder()
                    .withHost(host.name())
                    .withPort(host.port())
                    .withSsl(url.tls())
                    .withTimeout(CONNECT_WITHIN)
                    .build());
        }
        return authenticated(url, builder);
    }

    private static RedisURI authenticated(RedisUrl url, RedisURI.Builder builder) {
        builder.withDatabase(url.database()).withSsl(url.tls()).withTimeout(CONNECT_WITHIN);
        String user = url.user();
        String password = url.password();
        if (password != null && user != null) {
            builder.withAuthentication(user, password.toCharArray());
        } else if (password != null) {
            builder.withPassword(password.toCharArray());
        }
        return builder.build();
    }
}
