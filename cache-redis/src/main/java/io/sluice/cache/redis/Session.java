package io.sluice.cache.redis;

import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A connection that was made once, and mends itself when it breaks: without sending anything twice. */
interface Session {

    /** Commands, which fail at once while there is no connection. */
    RedisClusterAsyncCommands<byte[], byte[]> commands();

    /** Whether there is a connection now. */
    boolean isOpen();

    /** The connections to the servers that hold keys; told again whenever they are others. */
    Flux<List<StatefulRedisConnection<byte[], byte[]>>> masters();

    /** Ends it, with what is under way. */
    Mono<Void> close();
}
