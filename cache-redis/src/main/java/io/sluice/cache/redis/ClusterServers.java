package io.sluice.cache.redis;

import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.cluster.event.ClusterTopologyChangedEvent;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.event.EventBus;
import io.lettuce.core.resource.ClientResources;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/** A Redis Cluster. How it is made up is looked at every ten seconds, and whenever an answer says that it has changed. */
final class ClusterServers implements Servers {

    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);
    private static final Duration LOOK_AGAIN_AT_MOST = Duration.ofSeconds(5);

    private final ClientResources resources = LettuceOptions.resources();
    private final RedisClusterClient client;

    ClusterServers(RedisUrl url, Duration deadline) {
        List<RedisURI> nodes = url.hosts().stream()
                .map(host -> LettuceOptions.server(url, host))
                .toList();
        this.client = RedisClusterClient.create(resources, nodes);
        client.setOptions(LettuceOptions.cluster(deadline));
    }

    @Override
    public Mono<Session> connect() {
        return Connecting.toMono(this::connecting, connection -> new Connected(connection, resources.eventBus()));
    }

    private CompletableFuture<StatefulRedisClusterConnection<byte[], byte[]>> connecting() {
        return client.refreshPartitionsAsync()
                .toCompletableFuture()
                .thenCompose(looked -> client.connectAsync(ByteArrayCodec.INSTANCE));
    }

    @Override
    public Mono<Void> close() {
        return Connecting.shutdown(client, resources);
    }

    /** A connection to all of it. */
    private record Connected(StatefulRedisClusterConnection<byte[], byte[]> connection, EventBus events)
            implements Session {

        @Override
        public RedisClusterAsyncCommands<byte[], byte[]> commands() {
            return connection.async();
        }

        /** Always: each node has a connection of its own, which rejects commands while it is down. */
        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public Flux<List<StatefulRedisConnection<byte[], byte[]>>> masters() {
            return events.get()
                    .ofType(ClusterTopologyChangedEvent.class)
                    .map(changed -> true)
                    .startWith(true)
                    .switchMap(changed -> mastersNow()
                            .retryWhen(Retry.backoff(Long.MAX_VALUE, LOOK_AGAIN).maxBackoff(LOOK_AGAIN_AT_MOST)));
        }

        private Mono<List<StatefulRedisConnection<byte[], byte[]>>> mastersNow() {
            return Flux.fromIterable(connection.getPartitions())
                    .filter(node ->
                            node.getRole().isUpstream() && !node.getSlots().isEmpty())
                    .flatMap(this::connectionTo)
                    .collectList();
        }

        private Mono<StatefulRedisConnection<byte[], byte[]>> connectionTo(RedisClusterNode node) {
            return Mono.fromFuture(() -> connection.getConnectionAsync(node.getNodeId()), true);
        }

        @Override
        public Mono<Void> close() {
            return Mono.fromFuture(connection::closeAsync);
        }
    }
}
