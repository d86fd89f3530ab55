package io.sluice.cache.redis;

import static io.sluice.cache.redis.TestRedis.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cache.replica.BlobLead;
import io.sluice.cache.replica.BlobReplicas;
import io.sluice.oci.Digest;
import io.sluice.oci.Digest.Algorithm;
import io.sluice.testing.process.RedisServer;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What others may have written where replicas find one another. */
class HostileReplicasTest {

    private static final Digest BLOB = Digest.hash(Algorithm.SHA256, new byte[] {1});
    private static final String LEASE = "sluice:1:lease:blob:{" + BLOB + "}";
    private static final String HOLDERS = "sluice:1:holders:{" + BLOB + "}";
    private static final URI HERE = URI.create("http://10.0.0.1:8082");

    @TempDir
    private Path directory;

    private RedisServer server;
    private RedisCache cache;
    private BlobReplicas replicas;

    @BeforeEach
    void start() {
        server = RedisServer.start(directory);
        cache = TestRedis.open(TestRedis.settings(server.url()));
        replicas = cache.blobReplicas(HERE);
    }

    @AfterEach
    void end() {
        cache.close();
        server.close();
    }

    private long unreadable() {
        return cache.faults().getOrDefault(RedisFault.UNREADABLE_RECORD, 0L);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x",
                "x ftp://10.0.0.9",
                "x http://10.0.0.9/admin",
                "x http://10.0.0.9:8082?a=b",
                "x http://robot:s3cret@10.0.0.9",
                "x http://10.0.0.9:0",
                "x http://10.0.0.9:99999",
                "x http://a_b",
                "x http://a b",
                " http://10.0.0.9"
            })
    @DisplayName("T25: what is no URL of a replica leads nowhere, is counted, and is no leader that is waited for")
    void anUnreadableLeaseLeadsNowhere(String value) {
        server.send("SET", LEASE, value);

        assertThat(replicas.leader(BLOB).block(SOON)).isEqualTo(new BlobLead.Unknown());
        assertThat(replicas.claim(BLOB).block(SOON)).isEqualTo(new BlobLead.Unknown());
        assertThat(unreadable()).isEqualTo(2);
    }

    @Test
    @DisplayName("K08: a lease that is endless, or none, is not read")
    void anEndlessLeaseIsNotRead() {
        server.send("SET", LEASE, "x http://" + "a".repeat(1_000_000));
        assertThat(replicas.leader(BLOB).block(SOON)).isEqualTo(new BlobLead.Unknown());
        server.send("DEL", LEASE);
        server.send("SADD", LEASE, "x");
        assertThat(replicas.leader(BLOB).block(SOON)).isEqualTo(new BlobLead.Unknown());
        assertThat(replicas.claim(BLOB).block(SOON)).isEqualTo(new BlobLead.Unknown());
    }

    @Test
    @DisplayName("T25 K08: of the holders those that are none are left out, and another kind of value is replaced")
    void holdersThatAreNoneAreLeftOut() {
        replicas.hold(BLOB).block(SOON);
        server.send("HSET", HOLDERS, "http://10.0.0.9/admin", "1", "http://" + "a".repeat(20_000), "1");
        assertThat(replicas.holders(BLOB).block(SOON)).containsExactly(HERE);
        assertThat(unreadable()).isPositive();

        server.send("SET", HOLDERS, "x");
        assertThat(replicas.holders(BLOB).block(SOON)).isEmpty();
        replicas.hold(BLOB).block(SOON);
        assertThat(replicas.holders(BLOB).block(SOON)).containsExactly(HERE);
    }

    @Test
    @DisplayName("K01: without Redis nobody can say who leads, and nobody holds anything")
    void withoutRedisNobodyCanSay() {
        server.kill();

        assertThat(replicas.claim(BLOB).block(SOON)).isEqualTo(new BlobLead.Unknown());
        assertThat(replicas.leader(BLOB).block(SOON)).isEqualTo(new BlobLead.Unknown());
        assertThat(replicas.holders(BLOB).block(SOON)).isEmpty();
        replicas.hold(BLOB).block(SOON);
        replicas.forget(BLOB, HERE).block(SOON);
    }
}
