package io.sluice.cache.redis;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.resource.ClientResources;
import java.time.Duration;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** One server: always the same, or the one that sentinels name whenever a connection is made. */
final class SingleServer implements Servers {

    private final ClientResources resources = LettuceOptions.resources();
    private final RedisClient client = RedisClient.create(resources);
    private final RedisURI uri;

    SingleServer(RedisUrl url, Duration deadline) {
        String master = url.master();
        this.uri = master == null
                ? LettuceOptions.server(url, url.hosts().getFirst())
                : LettuceOptions.sentinels(url, master);
        client.setOptions(LettuceOptions.single(deadline));
    }

    @Override
    public Mono<Session> connect() {
        return Connecting.toMono(
                () -> client.connectAsync(ByteArrayCodec.INSTANCE, uri).toCompletableFuture(), Connected::new);
    }

    @Override
    public Mono<Void> close() {
        return Connecting.shutdown(client, resources);
    }

    /** A connection to it. */
    private record Connected(StatefulRedisConnection<byte[], byte[]> connection) implements Session {

        @Override
        public RedisClusterAsyncCommands<byte[], byte[]> commands() {
            return connection.async();
        }

        @Override
        public boolean isOpen() {
            return connection.isOpen();
        }

        @Override
        public Flux<List<StatefulRedisConnection<byte[], byte[]>>> masters() {
            return Flux.just(List.of(connection));
        }

        @Override
        public Mono<Void> close() {
            return Mono.fromFuture(connection::closeAsync);
        }
    }
}
