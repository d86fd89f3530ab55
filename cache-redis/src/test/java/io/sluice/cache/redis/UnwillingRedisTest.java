package io.sluice.cache.redis;

import static io.sluice.cache.manifest.Samples.manifest;
import static io.sluice.cache.redis.TestRedis.AGAIN;
import static io.sluice.cache.redis.TestRedis.SOON;
import static io.sluice.cache.redis.TestRedis.awaitWhole;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sluice.oci.Digest;
import io.sluice.testing.process.RedisNodes;
import io.sluice.testing.process.RedisServer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers that are there, and answer with an error, or name another server. */
class UnwillingRedisTest {

    private static final int KEYS = 10_000;

    @TempDir
    private Path directory;

    @Test
    @DisplayName("K06: LOADING after a restart refuses everything, fails nothing, and is over by itself")
    void aRedisThatIsLoading() {
        String[] slowLoading = {"--key-load-delay", "500", "--loading-process-events-interval-bytes", "1024"};
        try (RedisServer server = RedisServer.start(directory, slowLoading);
                GatewayStores stores = GatewayStores.on(server.url())) {
            awaitWhole(stores.cache());
            stores.keepAll();
            server.send("EVAL", "for i = 1, tonumber(ARGV[1]) do redis.call('SET', 'x' .. i, i) end", "0", "" + KEYS);
            server.send("SAVE");
            server.kill();

            server.restart();
            await().atMost(SOON).until(() -> {
                stores.keepAll();
                stores.assertAnswers();
                return stores.cache().faults().getOrDefault(RedisFault.REFUSED, 0L) > 0;
            });
            assertThatThrownBy(() -> server.send("DBSIZE")).hasMessageContaining("LOADING");

            stores.assertWritesResume();
            stores.assertAnswers();
            assertThat(Integer.parseInt(server.send("DBSIZE"))).isGreaterThan(KEYS);
        }
    }

    @Test
    @DisplayName(
            "K06: MISCONF refuses writes because a snapshot failed; reads are answered, and writes go on when it is over")
    void aRedisThatCannotSave() throws Exception {
        Path lost = Files.createDirectory(directory.resolve("lost"));
        try (RedisServer server = RedisServer.start(directory, "--dir", lost.toString(), "--save", "3600", "1");
                GatewayStores stores = GatewayStores.on(server.url())) {
            awaitWhole(stores.cache());
            stores.keepAll();
            Files.delete(lost);
            server.send("BGSAVE");
            await().atMost(SOON).until(() -> server.send("INFO", "persistence").contains("rdb_last_bgsave_status:err"));
            assertThatThrownBy(() -> server.send("SET", "x", "1")).hasMessageContaining("MISCONF");

            for (int i = 0; i < 20; i++) {
                stores.manifests().put(manifest(100 + i, 100)).block(GatewayStores.BOUND);
            }
            stores.assertAnswers();
            assertThat(stores.cache().state().writes()).isFalse();
            assertThat(stores.cache().state().reads()).isTrue();

            server.send("CONFIG", "SET", "stop-writes-on-bgsave-error", "no");
            stores.assertWritesResume();
        }
    }

    @Test
    @DisplayName(
            "K06: ASK while a slot moves to another node, MOVED afterwards: what is there is found, what is new is kept")
    void aSlotThatMoves() {
        try (RedisNodes nodes = RedisNodes.start(directory)) {
            await().atMost(AGAIN).ignoreExceptions().until(nodes::isReady);
            try (GatewayStores stores = GatewayStores.on(nodes.url())) {
                awaitWhole(stores.cache());
                stores.keepAll();
                String key = key(GatewayStores.HELD.digest());
                String slot = nodes.nodes().getFirst().send("CLUSTER", "KEYSLOT", key);
                RedisServer from = ownerOf(nodes, key);
                RedisServer to = nodes.nodes().stream()
                        .filter(node -> node != from)
                        .findFirst()
                        .orElseThrow();

                to.send("CLUSTER", "SETSLOT", slot, "IMPORTING", id(from));
                from.send("CLUSTER", "SETSLOT", slot, "MIGRATING", id(to));
                from.send("MIGRATE", "127.0.0.1", Integer.toString(to.port()), key, "0", "5000");
                assertThatThrownBy(() -> from.send("EXISTS", key)).hasMessageContaining("ASK " + slot);
                assertIsThere(stores);
                stores.cache().manifests().remove(GatewayStores.HELD.digest()).block(GatewayStores.BOUND);
                stores.cache().manifests().put(GatewayStores.HELD).block(GatewayStores.BOUND);
                assertIsThere(stores);

                to.send("CLUSTER", "SETSLOT", slot, "NODE", id(to));
                from.send("CLUSTER", "SETSLOT", slot, "NODE", id(to));
                assertThatThrownBy(() -> from.send("EXISTS", key)).hasMessageContaining("MOVED " + slot);
                assertIsThere(stores);
                assertThat(to.send("EXISTS", key)).isEqualTo("1");
                stores.assertAnswers();
                assertThat(stores.cache().faults().values()).containsOnly(0L);
            }
        }
    }

    @Test
    @DisplayName("K06: CLUSTERDOWN while a node is missing is a miss everywhere, and over when it is back")
    void aClusterThatIsDown() {
        try (RedisNodes nodes = RedisNodes.start(directory)) {
            await().atMost(AGAIN).ignoreExceptions().until(nodes::isReady);
            try (GatewayStores stores = GatewayStores.on(nodes.url())) {
                awaitWhole(stores.cache());
                stores.keepAll();
                RedisServer other = nodes.nodes().getLast();

                nodes.nodes().getFirst().kill();
                await().atMost(AGAIN).until(() -> other.send("CLUSTER", "INFO").contains("cluster_state:fail"));
                for (int i = 0; i < 5; i++) {
                    stores.keepAll();
                    stores.assertAnswers();
                }
                nodes.nodes().getFirst().restart();

                stores.assertWritesResume();
                stores.assertAnswers();
            }
        }
    }

    private static void assertIsThere(GatewayStores stores) {
        assertThat(stores.cache().manifests().find(GatewayStores.HELD.digest()).blockOptional(GatewayStores.BOUND))
                .isPresent();
    }

    private static RedisServer ownerOf(RedisNodes nodes, String key) {
        return nodes.nodes().stream().filter(node -> has(node, key)).findFirst().orElseThrow();
    }

    /** Every node but the one that has the slot answers MOVED. */
    private static boolean has(RedisServer node, String key) {
        try {
            return node.send("EXISTS", key).equals("1");
        } catch (IllegalStateException moved) {
            return false;
        }
    }

    private static String id(RedisServer node) {
        return node.send("CLUSTER", "MYID");
    }

    private static String key(Digest digest) {
        return "sluice:1:manifest:{" + digest + "}";
    }
}
