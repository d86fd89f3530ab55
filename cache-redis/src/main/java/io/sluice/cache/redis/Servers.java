package io.sluice.cache.redis;

import java.time.Duration;
import reactor.core.publisher.Mono;

/** Redis, be it one server, one of several that sentinels know, or a cluster. */
interface Servers {

    /** Connects anew; fails when that is not possible now. Nobody waits for it longer than the connection's own limits. */
    Mono<Session> connect();

    /** Lets go of all threads and connections. */
    Mono<Void> close();

    /**
     * The servers of a URL.
     *
     * @param deadline how long a command may take
     */
    static Servers of(RedisUrl url, Duration deadline) {
        return switch (url.kind()) {
            case STANDALONE, SENTINEL -> new SingleServer(url, deadline);
            case CLUSTER -> new ClusterServers(url, deadline);
        };
    }
}
