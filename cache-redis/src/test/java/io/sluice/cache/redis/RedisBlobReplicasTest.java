package io.sluice.cache.redis;

import static io.sluice.cache.redis.TestRedis.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.cache.replica.BlobLead;
import io.sluice.cache.replica.BlobLease;
import io.sluice.cache.replica.BlobReplicas;
import io.sluice.oci.Digest;
import io.sluice.oci.Digest.Algorithm;
import java.net.URI;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

/** Two replicas and the blobs that both want. */
@ParameterizedClass
@EnumSource(TestRedis.Kind.class)
class RedisBlobReplicasTest {

    private static final URI HERE = URI.create("http://10.0.0.1:8082");
    private static final URI THERE = URI.create("https://replica-2.example");
    private static final Digest BLOB = Digest.hash(Algorithm.SHA256, new byte[] {1});
    private static final Digest OTHER = Digest.hash(Algorithm.SHA256, new byte[] {2});

    @RegisterExtension
    static final SharedRedis SERVERS = new SharedRedis();

    private final TestRedis redis;
    private RedisCache one;
    private RedisCache two;
    private BlobReplicas here;
    private BlobReplicas there;

    RedisBlobReplicasTest(TestRedis.Kind kind) {
        this.redis = SERVERS.of(kind);
    }

    @BeforeEach
    void start() {
        redis.flush();
        one = TestRedis.open(TestRedis.settings(redis.url()));
        two = TestRedis.open(TestRedis.settings(redis.url()));
        here = one.blobReplicas(HERE);
        there = two.blobReplicas(THERE);
    }

    @AfterEach
    void end() {
        one.close();
        two.close();
    }

    private static BlobLead claim(BlobReplicas replicas, Digest digest) {
        return Objects.requireNonNull(replicas.claim(digest).block(SOON));
    }

    private static BlobLease won(BlobReplicas replicas, Digest digest) {
        BlobLead lead = claim(replicas, digest);
        assertThat(lead).isInstanceOf(BlobLead.Ours.class);
        return ((BlobLead.Ours) lead).lease();
    }

    @Test
    void ofTwoWhoClaimABlobOneLeadsAndTheOtherLearnsWhereItIs() {
        BlobLease lease = won(here, BLOB);

        BlobLead theirs = claim(there, BLOB);
        assertThat(theirs)
                .isInstanceOfSatisfying(
                        BlobLead.Theirs.class,
                        lead -> assertThat(lead.replica()).isEqualTo(HERE));
        assertThat(there.leader(BLOB).block(SOON)).isEqualTo(theirs);
        assertThat(here.leader(BLOB).block(SOON)).isEqualTo(theirs);
        won(there, OTHER);

        lease.release().block(SOON);
        assertThat(there.leader(BLOB).block(SOON)).isEqualTo(new BlobLead.Free());
        won(there, BLOB);
        lease.release().block(SOON);
        assertThat(here.leader(BLOB).block(SOON))
                .as("K09: the lease of another is not taken away")
                .isInstanceOf(BlobLead.Theirs.class)
                .isNotEqualTo(theirs);
    }

    @Test
    @DisplayName(
            "G03 T26: a lease is renewed for as long as it is needed, and is over three seconds after the last word")
    void aLeaseThatIsNotRenewedIsOver() {
        Disposable renewing = won(here, BLOB).renewing().subscribe();
        await().during(Leases.LENGTH.plusMillis(500))
                .atMost(SOON)
                .until(() -> claim(there, BLOB) instanceof BlobLead.Theirs);
        renewing.dispose();

        await().atMost(Leases.LENGTH.plusSeconds(1)).until(() -> claim(there, BLOB) instanceof BlobLead.Ours);
    }

    @Test
    @DisplayName("K09: who has lost a lease is told, and it is counted")
    void aLostLeaseIsTold() {
        BlobLease lost = won(here, BLOB);
        redis.flush();
        won(there, BLOB);

        lost.renewing().block(SOON);
        assertThat(one.leases(RedisLeaseEvent.LOST)).isOne();
    }

    @Test
    void whoWaitsIsToldWhenALeaseIsGivenBack() {
        BlobLease lease = won(here, BLOB);
        lease.release().subscribe();

        there.pause(BLOB).block(SOON);
        await().atMost(SOON).until(() -> claim(there, BLOB) instanceof BlobLead.Ours);
    }

    @Test
    void whoHoldsABlobIsKnownToAll() {
        here.hold(BLOB).block(SOON);
        there.hold(BLOB).block(SOON);
        assertThat(here.holders(BLOB).block(SOON)).containsExactlyInAnyOrder(HERE, THERE);
        assertThat(here.holders(OTHER).block(SOON)).isEmpty();

        here.forget(BLOB, THERE).block(SOON);
        assertThat(there.holders(BLOB).block(SOON)).containsExactly(HERE);
    }

    @Test
    @DisplayName("K07: who still holds a blob says so again when Redis has lost everything, and not before")
    void aHolderSaysSoAgain() {
        here.stillHold(OTHER).block(SOON);
        assertThat(there.holders(OTHER).block(SOON)).containsExactly(HERE);
        here.hold(BLOB).block(SOON);
        there.forget(BLOB, HERE).block(SOON);
        here.stillHold(BLOB).block(SOON);
        assertThat(there.holders(BLOB).block(SOON)).isEmpty();

        redis.flush();

        await().atMost(SOON).until(() -> {
            here.stillHold(BLOB).block(SOON);
            return Set.of(HERE).equals(there.holders(BLOB).block(SOON));
        });
    }

    @Test
    @DisplayName("K03: a crowd that asks for what is held makes it said once, and takes no command's place")
    void aCrowdMakesItSaidOnce() {
        Flux.range(0, 10_000)
                .flatMap(asking -> here.stillHold(BLOB), 10_000)
                .then()
                .block(SOON);

        assertThat(one.faults().getOrDefault(RedisFault.OVERLOADED, 0L)).isZero();
        assertThat(there.holders(BLOB).block(SOON)).containsExactly(HERE);
    }

    @Test
    @DisplayName("K08: no more than a few holders are remembered")
    void holdersAreBounded() {
        for (int i = 0; i < 2 * RedisBlobReplicas.MAX_HOLDERS; i++) {
            one.blobReplicas(URI.create("http://10.0.1." + i + ":8082"))
                    .hold(BLOB)
                    .block(SOON);
        }
        assertThat(here.holders(BLOB).block(SOON)).hasSize(RedisBlobReplicas.MAX_HOLDERS);
    }
}
