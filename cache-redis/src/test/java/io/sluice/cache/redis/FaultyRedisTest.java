package io.sluice.cache.redis;

import static io.sluice.cache.manifest.Samples.ALPINE;
import static io.sluice.cache.manifest.Samples.NOON;
import static io.sluice.cache.manifest.Samples.digest;
import static io.sluice.cache.manifest.Samples.manifest;
import static io.sluice.cache.manifest.Samples.pointer;
import static io.sluice.cache.redis.TestRedis.AGAIN;
import static io.sluice.cache.redis.TestRedis.SOON;
import static io.sluice.cache.redis.TestRedis.awaitWhole;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.cache.ContentKey;
import io.sluice.cache.TagKey;
import io.sluice.cache.embedded.EmbeddedCache;
import io.sluice.cache.embedded.EmbeddedCacheSettings;
import io.sluice.cache.manifest.Manifest;
import io.sluice.cache.manifest.ManifestStore;
import io.sluice.cache.manifest.Membership;
import io.sluice.cache.manifest.Proof;
import io.sluice.cache.manifest.TagIndex;
import io.sluice.cache.redis.RedisCacheSettings.Route;
import io.sluice.oci.Accept;
import io.sluice.oci.Tag;
import io.sluice.testing.process.Ports;
import io.sluice.testing.process.RedisConsole;
import io.sluice.testing.process.RedisServer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What happens to Redis happens to nobody else: with the deadlines of a gateway, in front of a cache of one's own. */
class FaultyRedisTest {

    /** Nothing that is asked takes longer, whatever Redis does: the deadline, and what a busy machine adds. */
    private static final Duration BOUND = Duration.ofSeconds(2);

    private static final TagKey LATEST = new TagKey(ALPINE, Tag.parse("latest"), Accept.ANY);
    private static final ContentKey CONTENT = new ContentKey(ALPINE, digest(1));
    private static final Proof PROOF = new Proof(NOON, null, -1);
    private static final Manifest HELD = manifest(1, 1_000);

    @TempDir
    private Path directory;

    private RedisServer server;
    private EmbeddedCache local;
    private RedisCache cache;
    private ManifestStore manifests;
    private TagIndex tags;
    private Membership membership;

    @BeforeEach
    void start() {
        server = RedisServer.start(directory);
        local = EmbeddedCache.open(EmbeddedCacheSettings.inMemory());
        use(open(server.url()));
        awaitWhole(cache);
    }

    private static RedisCache open(String url) {
        return RedisCache.open(RedisCacheSettings.of(
                RedisUrl.parse(url), Map.of("dockerhub", new Route("hub", Duration.ofMinutes(1))), Clock.systemUTC()));
    }

    private void use(RedisCache other) {
        cache = other;
        manifests = other.manifestsBehind(local.manifests());
        tags = other.tagsBeside(local.tags());
        membership = other.membershipBeside(local.membership());
    }

    @AfterEach
    void end() {
        cache.close();
        local.close();
        server.close();
    }

    private void keepAll() {
        manifests.put(HELD).block(BOUND);
        tags.put(LATEST, pointer(1)).block(BOUND);
        membership.prove(ALPINE, Map.of(digest(1), PROOF)).block(BOUND);
    }

    /** What is held is answered, what is not is a miss, and nothing fails or hangs. */
    private void assertAnswers() {
        assertThat(manifests.find(HELD.digest()).blockOptional(BOUND)).isPresent();
        assertThat(manifests.find(digest(99)).blockOptional(BOUND)).isEmpty();
        assertThat(tags.find(LATEST).blockOptional(BOUND)).contains(pointer(1));
        assertThat(membership.find(CONTENT).blockOptional(BOUND)).contains(PROOF);
        assertThat(tags.variants(ALPINE, LATEST.tag()).blockOptional(BOUND)).isPresent();
    }

    /** Redis takes what is written, within the time that it may take. */
    private void assertWritesResume() {
        Manifest later = manifest(7, 70);
        await().atMost(AGAIN).until(() -> {
            manifests.put(later).block(BOUND);
            return cache.manifests().find(later.digest()).blockOptional(BOUND).isPresent();
        });
        awaitWhole(cache);
    }

    @Test
    @DisplayName("K01: a Redis that is down at the start is used once it is there")
    void aRedisThatIsDownAtTheStart() {
        cache.close();
        int port = Ports.free();
        use(open("redis://127.0.0.1:" + port));

        keepAll();
        assertAnswers();
        assertThat(cache.state().isWhole()).isFalse();

        try (RedisServer late = RedisServer.startOn(port, directory.resolve("late"))) {
            assertWritesResume();
            assertAnswers();
            assertThat(late.send(
                            "EXISTS", "sluice:1:manifest:{" + manifest(7, 70).digest() + "}"))
                    .isEqualTo("1");
        }
    }

    @Test
    @DisplayName("K02: killed, and started again empty")
    void aRedisThatIsKilled() {
        keepAll();

        server.kill();
        assertAnswers();
        keepAll();
        assertAnswers();
        server.restart();

        assertWritesResume();
        assertAnswers();
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
        keepAll();

        silence.begin(server);
        for (int i = 0; i < 5; i++) {
            assertAnswers();
        }
        assertThat(cache.state().reads()).isFalse();
        long begun = System.nanoTime();
        for (int i = 0; i < 500; i++) {
            tags.find(LATEST).block(BOUND);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(BOUND);
        assertThat(cache.faults().get(RedisFault.SKIPPED)).isGreaterThan(400);
        silence.end(server);

        assertWritesResume();
        assertAnswers();
    }

    @Test
    @DisplayName("K04: a connection that swallows everything is given up, and another one made")
    void aConnectionThatSwallowsEverything() {
        try (SwallowingRelay relay = SwallowingRelay.to(server.port())) {
            cache.close();
            use(open("redis://127.0.0.1:" + relay.port()));
            awaitWhole(cache);
            keepAll();

            relay.swallowWhatIsOpen();
            for (int i = 0; i < 5; i++) {
                assertAnswers();
            }

            assertWritesResume();
            assertAnswers();
        }
    }

    @Test
    @DisplayName("K05: full, it takes no writes and answers reads; with room again it takes them by itself")
    void aRedisThatIsFull() {
        keepAll();
        server.send("CONFIG", "SET", "maxmemory-policy", "noeviction");
        server.send("CONFIG", "SET", "maxmemory", "1");

        for (int i = 0; i < 20; i++) {
            manifests.put(manifest(100 + i, 100)).block(BOUND);
        }
        assertAnswers();
        assertThat(cache.state().writes()).isFalse();
        assertThat(cache.state().reads()).isTrue();
        assertThat(cache.manifests().find(HELD.digest()).blockOptional(BOUND)).isPresent();
        assertThat(cache.faults().get(RedisFault.REFUSED)).isPositive();

        server.send("CONFIG", "SET", "maxmemory", "0");
        assertWritesResume();
    }

    @Test
    @DisplayName("K05: what Redis evicts is a miss there, and no loss here")
    void aRedisThatEvicts() {
        keepAll();
        server.send("CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
        server.send("CONFIG", "SET", "maxmemory", "3mb");

        for (int i = 0; i < 100; i++) {
            manifests.put(manifest(100 + i, 100_000)).block(BOUND);
        }

        assertThat(server.send("INFO", "stats")).doesNotContain("evicted_keys:0");
        assertAnswers();
    }

    @Test
    @DisplayName("K06: turned into a replica, it refuses writes; a master again, it takes them without a restart")
    void aRedisThatBecomesAReplica() {
        keepAll();
        server.send("REPLICAOF", "127.0.0.1", Integer.toString(Ports.free()));

        for (int i = 0; i < 20; i++) {
            manifests.put(manifest(100 + i, 100)).block(BOUND);
        }
        assertAnswers();
        assertThat(cache.state().writes()).isFalse();

        server.send("REPLICAOF", "NO", "ONE");
        assertWritesResume();
        assertAnswers();
    }

    @Test
    @DisplayName("K07: emptied, it gets back what is held here when that is asked for")
    void aRedisThatIsEmptied() {
        keepAll();
        server.send("FLUSHALL");

        assertAnswers();
        await().atMost(SOON).untilAsserted(() -> {
            assertThat(cache.tags().find(LATEST).blockOptional(BOUND)).contains(pointer(1));
            assertThat(cache.membership().find(CONTENT).blockOptional(BOUND)).contains(PROOF);
        });
    }

    @Test
    @DisplayName("K06: without the permission for anything, it is left alone, and used when it is given")
    void aRedisThatAllowsNothing() {
        keepAll();
        server.send("ACL", "SETUSER", "default", "-@all", "+@connection", "+acl", "+hello");

        for (int i = 0; i < 5; i++) {
            assertAnswers();
        }
        assertThat(cache.faults().get(RedisFault.REFUSED)).isPositive();

        try (RedisConsole console = server.console()) {
            console.send("ACL", "SETUSER", "default", "+@all");
        }
        assertWritesResume();
    }
}
