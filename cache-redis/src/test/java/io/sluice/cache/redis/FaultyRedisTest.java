package io.sluice.cache.redis;

import static io.sluice.cache.manifest.Samples.digest;
import static io.sluice.cache.manifest.Samples.manifest;
import static io.sluice.cache.manifest.Samples.pointer;
import static io.sluice.cache.redis.TestRedis.SOON;
import static io.sluice.cache.redis.TestRedis.awaitWhole;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testing.process.Ports;
import io.sluice.testing.process.RedisConsole;
import io.sluice.testing.process.RedisServer;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;

/** What happens to Redis happens to nobody else: with the deadlines of a gateway, in front of a cache of one's own. */
class FaultyRedisTest {

    @TempDir
    private Path directory;

    private RedisServer server;
    private GatewayStores stores;
    private RedisCache cache;

    @BeforeEach
    void start() {
        server = RedisServer.start(directory, "--enable-debug-command", "yes");
        use(GatewayStores.on(server.url()));
        awaitWhole(cache);
    }

    private void use(GatewayStores other) {
        stores = other;
        cache = other.cache();
    }

    @AfterEach
    void end() {
        stores.close();
        server.close();
    }

    @Test
    @DisplayName("K01: a Redis that is down at the start is used once it is there")
    void aRedisThatIsDownAtTheStart() {
        stores.close();
        int port = Ports.free();
        use(GatewayStores.on("redis://127.0.0.1:" + port));

        stores.keepAll();
        stores.assertAnswers();
        assertThat(cache.state().isWhole()).isFalse();

        try (RedisServer late = RedisServer.startOn(port, directory.resolve("late"))) {
            stores.assertWritesResume();
            stores.assertAnswers();
            assertThat(late.send(
                            "EXISTS", "sluice:1:manifest:{" + manifest(200, 70).digest() + "}"))
                    .isEqualTo("1");
        }
    }

    @Test
    @DisplayName("K02: killed, and started again empty")
    void aRedisThatIsKilled() {
        stores.keepAll();

        server.kill();
        stores.assertAnswers();
        stores.keepAll();
        stores.assertAnswers();
        server.restart();

        stores.assertWritesResume();
        stores.assertAnswers();
    }

    enum Silence {
        SIGSTOP {
            @Override
            void begin(RedisServer server) {
                server.freeze();
            }

            @Override
            void end(RedisServer server) {
                server.thaw();
            }
        },
        DEBUG_SLEEP {
            @Override
            void begin(RedisServer server) {
                Thread.ofVirtual().start(() -> server.send("DEBUG", "SLEEP", "8"));
            }

            @Override
            void end(RedisServer server) {}
        },
        CLIENT_PAUSE {
            @Override
            void begin(RedisServer server) {
                server.send("CLIENT", "PAUSE", "8000", "ALL");
            }

            @Override
            void end(RedisServer server) {}
        };

        abstract void begin(RedisServer server);

        abstract void end(RedisServer server);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("K03: silent, it costs some callers its deadline, then nobody anything")
    void aRedisThatIsSilent(Silence silence) {
        stores.keepAll();

        silence.begin(server);
        await().atMost(SOON).until(() -> {
            stores.assertAnswers();
            return !cache.state().reads();
        });
        long begun = System.nanoTime();
        for (int i = 0; i < 500; i++) {
            stores.tags().find(GatewayStores.LATEST).block(GatewayStores.BOUND);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(GatewayStores.BOUND);
        assertThat(cache.faults().get(RedisFault.SKIPPED)).isGreaterThan(400);
        silence.end(server);

        stores.assertWritesResume();
        stores.assertAnswers();
    }

    @Test
    @DisplayName("K03: no more than 512 commands wait for a silent Redis, and everyone is answered in time")
    void noQueueGrows() {
        stores.keepAll();
        server.freeze();

        long answered = Flux.range(0, 5_000)
                .flatMap(i -> cache.manifests().find(digest(1_000 + i)).hasElement(), 5_000)
                .count()
                .blockOptional(GatewayStores.BOUND)
                .orElseThrow();

        assertThat(answered).isEqualTo(5_000);
        assertThat(cache.faults().get(RedisFault.TIMEOUT)).isBetween(1L, 512L);
        assertThat(cache.faults().get(RedisFault.OVERLOADED)).isGreaterThan(4_000);
        server.thaw();
    }

    @Test
    @DisplayName("K04: a connection that swallows everything is given up, and another one made")
    void aConnectionThatSwallowsEverything() {
        try (SwallowingRelay relay = SwallowingRelay.to(server.port())) {
            stores.close();
            use(GatewayStores.on("redis://127.0.0.1:" + relay.port()));
            awaitWhole(cache);
            stores.keepAll();

            relay.swallowWhatIsOpen();
            for (int i = 0; i < 5; i++) {
                stores.assertAnswers();
            }

            stores.assertWritesResume();
            stores.assertAnswers();
        }
    }

    @Test
    @DisplayName("K05: full, it takes no writes and answers reads; with room again it takes them by itself")
    void aRedisThatIsFull() {
        stores.keepAll();
        server.send("CONFIG", "SET", "maxmemory-policy", "noeviction");
        server.send("CONFIG", "SET", "maxmemory", "1");

        for (int i = 0; i < 20; i++) {
            stores.manifests().put(manifest(100 + i, 100)).block(GatewayStores.BOUND);
        }
        stores.assertAnswers();
        assertThat(cache.state().writes()).isFalse();
        assertThat(cache.state().reads()).isTrue();
        assertThat(cache.manifests().find(GatewayStores.HELD.digest()).blockOptional(GatewayStores.BOUND))
                .isPresent();
        assertThat(cache.faults().get(RedisFault.REFUSED)).isPositive();

        server.send("CONFIG", "SET", "maxmemory", "0");
        stores.assertWritesResume();
    }

    @Test
    @DisplayName("K05: what Redis evicts is a miss there, and no loss here")
    void aRedisThatEvicts() {
        stores.keepAll();
        server.send("CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
        server.send("CONFIG", "SET", "maxmemory", "3mb");

        for (int i = 0; i < 100; i++) {
            stores.manifests().put(manifest(100 + i, 100_000)).block(GatewayStores.BOUND);
        }

        assertThat(server.send("INFO", "stats")).doesNotContain("evicted_keys:0");
        stores.assertAnswers();
    }

    @Test
    @DisplayName("K06: turned into a replica, it refuses writes; a master again, it takes them without a restart")
    void aRedisThatBecomesAReplica() {
        stores.keepAll();
        server.send("REPLICAOF", "127.0.0.1", Integer.toString(Ports.free()));

        for (int i = 0; i < 20; i++) {
            stores.manifests().put(manifest(100 + i, 100)).block(GatewayStores.BOUND);
        }
        stores.assertAnswers();
        assertThat(cache.state().writes()).isFalse();

        server.send("REPLICAOF", "NO", "ONE");
        stores.assertWritesResume();
        stores.assertAnswers();
    }

    @Test
    @DisplayName("K07: emptied, it gets back what is held here when that is asked for")
    void aRedisThatIsEmptied() {
        stores.keepAll();
        server.send("FLUSHALL");

        stores.assertAnswers();
        await().atMost(SOON).untilAsserted(() -> {
            assertThat(cache.tags().find(GatewayStores.LATEST).blockOptional(GatewayStores.BOUND))
                    .contains(pointer(1));
            assertThat(cache.membership().find(GatewayStores.CONTENT).blockOptional(GatewayStores.BOUND))
                    .contains(GatewayStores.PROOF);
        });
    }

    @Test
    @DisplayName("K06: without the permission for anything, it is left alone, and used when it is given")
    void aRedisThatAllowsNothing() {
        stores.keepAll();
        server.send("ACL", "SETUSER", "default", "-@all", "+@connection", "+acl", "+hello");

        for (int i = 0; i < 5; i++) {
            stores.assertAnswers();
        }
        assertThat(cache.faults().get(RedisFault.REFUSED)).isPositive();

        try (RedisConsole console = server.console()) {
            console.send("ACL", "SETUSER", "default", "+@all");
        }
        stores.assertWritesResume();
    }
}
