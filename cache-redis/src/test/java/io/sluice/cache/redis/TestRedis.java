package io.sluice.cache.redis;

import static org.awaitility.Awaitility.await;

import io.sluice.cache.redis.RedisCacheSettings.Route;
import io.sluice.testing.process.RedisConsole;
import io.sluice.testing.process.RedisNodes;
import io.sluice.testing.process.RedisSentinels;
import io.sluice.testing.process.RedisServer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;

/** The Redis of a test, of whichever kind, and caches on it. */
interface TestRedis extends AutoCloseable {

    Duration SOON = Duration.ofSeconds(20);

    /** As long as it may take until writes go on. */
    Duration AGAIN = Duration.ofSeconds(30);

    enum Kind {
        STANDALONE,
        SENTINEL,
        CLUSTER;

        TestRedis start(Path directory) {
            return switch (this) {
                case STANDALONE -> Single.start(directory);
                case SENTINEL -> Watched.start(directory);
                case CLUSTER -> Sliced.start(directory);
            };
        }
    }

    String url();

    /** Removes everything. */
    void flush();

    @Override
    void close();

    /** Settings whose deadline a busy machine does not break. */
    static RedisCacheSettings settings(String url) {
        return RedisCacheSettings.of(
                        RedisUrl.parse(url),
                        Map.of("dockerhub", new Route("hub", Duration.ofMinutes(1))),
                        Clock.systemUTC())
                .withDeadline(Duration.ofSeconds(5));
    }

    /** Opens a cache and waits for its connection. */
    static RedisCache open(RedisCacheSettings settings) {
        RedisCache cache = RedisCache.open(settings);
        awaitWhole(cache);
        return cache;
    }

    /** How many bytes a server has sent so far, to whomever. */
    static long sentBy(RedisConsole server) {
        return server.send("INFO", "stats")
                .lines()
                .filter(line -> line.startsWith("total_net_output_bytes:"))
                .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(':') + 1)))
                .findFirst()
                .orElseThrow();
    }

    static void awaitWhole(RedisCache cache) {
        await().atMost(AGAIN).until(() -> cache.state().isWhole());
    }

    /** One server. */
    record Single(RedisServer server) implements TestRedis {

        static Single start(Path directory) {
            return new Single(RedisServer.start(directory));
        }

        @Override
        public String url() {
            return server.url();
        }

        @Override
        public void flush() {
            server.send("FLUSHALL");
        }

        @Override
        public void close() {
            server.close();
        }
    }

    /** A master that a sentinel knows. */
    record Watched(RedisSentinels sentinels) implements TestRedis {

        static Watched start(Path directory) {
            RedisSentinels sentinels = RedisSentinels.start(directory);
            await().atMost(AGAIN).ignoreExceptions().until(sentinels::isReady);
            return new Watched(sentinels);
        }

        @Override
        public String url() {
            return sentinels.url();
        }

        @Override
        public void flush() {
            sentinels.first().send("FLUSHALL");
        }

        @Override
        public void close() {
            sentinels.close();
        }
    }

    /** A cluster. */
    record Sliced(RedisNodes nodes) implements TestRedis {

        static Sliced start(Path directory) {
            RedisNodes nodes = RedisNodes.start(directory);
            await().atMost(AGAIN).ignoreExceptions().until(nodes::isReady);
            return new Sliced(nodes);
        }

        @Override
        public String url() {
            return nodes.url();
        }

        @Override
        public void flush() {
            nodes.nodes().forEach(node -> node.send("FLUSHALL"));
        }

        @Override
        public void close() {
            nodes.close();
        }
    }
}
