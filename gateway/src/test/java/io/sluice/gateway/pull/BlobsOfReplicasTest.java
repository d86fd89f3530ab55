package io.sluice.gateway.pull;

import static io.sluice.gateway.pull.BlobRig.headOf;
import static io.sluice.gateway.pull.BlobRig.part;
import static io.sluice.gateway.pull.BlobRig.path;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.gateway.error.InvalidContentException;
import io.sluice.gateway.error.UpstreamStatusException;
import io.sluice.gateway.pull.BlobRig.Pulled;
import io.sluice.testing.Answer;
import io.sluice.testing.Images;
import io.sluice.testing.Images.Content;
import io.sluice.testing.Script;
import io.sluice.testing.ScriptedUpstream;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A fetch whose bytes may come from another replica, which does what the test has scripted. */
class BlobsOfReplicasTest {

    private static final String ALPINE = "library/alpine";
    private static final int SIZE = 1_000_000;
    private static final int HALF = SIZE / 2;
    private static final String REST = "bytes=" + HALF + "-";

    private final ScriptedReplicas known = new ScriptedReplicas();
    private final BlobRig rig = new BlobRig(BlobRig.SHORT, BlobRig.ROOM, BlobRig.LIMIT, known);
    private final ScriptedUpstream upstream = rig.upstream();
    private final ScriptedUpstream replica = rig.cdn();
    private final ScriptedUpstream another = ScriptedUpstream.start();
    private final Content blob = Images.layer(SIZE, 70);

    @AfterEach
    void close() throws Exception {
        rig.awaitRest();
        await().atMost(BlobRig.LIMIT)
                .untilAsserted(() -> assertThat(known.leases()).isZero());
        rig.close();
        another.close();
    }

    private Script led(ScriptedUpstream sender) {
        return sender.on("GET", "/v1/led/" + blob.digest());
    }

    private Script held(ScriptedUpstream sender) {
        return sender.on("GET", "/v1/held/" + blob.digest());
    }

    private Script firstHalf(Script script) {
        return script.sends(headOf(SIZE)).sends(part(blob, 0, HALF));
    }

    /** Waits until the replica has sent the first half, and all of it is here. */
    private void awaitHalf() {
        replica.awaitReached("half");
        await().atMost(BlobRig.LIMIT).until(() -> rig.counted("sluice.cluster.fetched.bytes") >= HALF);
    }

    private double roles(String role) {
        return rig.counted("sluice.cluster.fetches", "role", role);
    }

    private double failures(String reason) {
        return rig.counted("sluice.cluster.failures", "reason", reason);
    }

    @Test
    void whoLeadsFetchesFromTheUpstreamAndIsAHolderAfterwards() {
        upstream.blob(ALPINE, blob);

        assertThat(rig.get(ALPINE, blob).body()).isEqualTo(blob.bytes());
        rig.awaitRest();
        assertThat(known.isHeldBy(ScriptedReplicas.ITSELF)).isTrue();
        assertThat(roles("led")).isOne();
    }

    @Test
    void whoFollowsReadsFromTheLeaderWhileItFetches() {
        upstream.blob(ALPINE, blob);
        known.leads(replica.url());
        firstHalf(led(replica)).awaits("half").sends(part(blob, HALF, SIZE));

        CompletableFuture<Pulled> pull = rig.start(ALPINE, blob);
        awaitHalf();
        await().atMost(BlobRig.LIMIT).until(() -> known.looks() > 3);
        assertThat(pull).as("G14: the leader leads, so it is waited for").isNotDone();
        replica.release("half");

        assertThat(BlobRig.await(pull).body()).isEqualTo(blob.bytes());
        assertThat(rig.gets(ALPINE, blob)).isEmpty();
        assertThat(roles("followed")).isOne();
        assertThat(rig.counted("sluice.cluster.fetched.bytes")).isEqualTo(SIZE);
        assertThat(replica.requests().getFirst().header("Authorization").orElse(""))
                .startsWith("Sluice-HMAC-SHA256 ")
                .doesNotContain("s3cret");
    }

    @Test
    @DisplayName("T11: bytes of another replica are nobody's to see before the own upstream says yes")
    void bytesOfAReplicaAreNoRight() {
        known.leads(replica.url());
        led(replica).respondsWith(request -> Answer.blob(request, blob.bytes()));

        assertThat(rig.failure(ALPINE, blob)).isInstanceOf(UpstreamStatusException.class);
        assertThat(upstream.count("HEAD " + path(ALPINE, blob))).isPositive();
        assertThat(rig.blobs().usage().entries()).isZero();
    }

    @Test
    void aHolderIsAskedBeforeTheUpstream() {
        upstream.blob(ALPINE, blob);
        known.holds(replica.url());
        held(replica).respondsWith(request -> Answer.blob(request, blob.bytes()));

        assertThat(rig.get(ALPINE, blob).body()).isEqualTo(blob.bytes());
        assertThat(rig.gets(ALPINE, blob)).isEmpty();
    }

    @Test
    void aHolderThatHoldsNothingIsForgotten() {
        upstream.blob(ALPINE, blob);
        known.holds(replica.url());

        assertThat(rig.get(ALPINE, blob).body()).isEqualTo(blob.bytes());
        assertThat(known.forgotten()).containsExactly(URI.create(replica.url()));
        assertThat(rig.gets(ALPINE, blob)).containsExactly("whole");
        assertThat(failures("absent")).isOne();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName("G03: the leader dies in the middle, and who takes over goes on at exactly that byte")
    void aLeaderThatDiesIsReplaced(boolean resets) {
        upstream.blob(ALPINE, blob);
        known.leads(replica.url());
        Script script = firstHalf(led(replica)).awaits("half");
        Script gone = resets ? script.resets() : script.closes();
        gone.then().closes();

        CompletableFuture<Pulled> pull = rig.start(ALPINE, blob);
        awaitHalf();
        known.leadsNoMore();
        replica.release("half");

        assertThat(BlobRig.await(pull).body()).isEqualTo(blob.bytes());
        assertThat(rig.gets(ALPINE, blob)).containsExactly(REST);
        assertThat(roles("took_over")).isOne();
    }

    @Test
    @DisplayName("G03 K09: a leader that hangs is left as soon as its lease is gone, and the other one followed")
    void aLeaderThatHangsIsReplacedByTheNext() {
        upstream.blob(ALPINE, blob);
        known.leads(replica.url());
        firstHalf(led(replica)).awaits("half").stalls();
        led(another).respondsWith(request -> Answer.blob(request, blob.bytes()));

        CompletableFuture<Pulled> pull = rig.start(ALPINE, blob);
        awaitHalf();
        replica.release("half");
        known.leads(another.url());

        assertThat(BlobRig.await(pull).body()).isEqualTo(blob.bytes());
        assertThat(rig.gets(ALPINE, blob)).isEmpty();
        assertThat(failures("deposed")).isOne();
        replica.awaitHangUps(1);
    }

    @Test
    @DisplayName("G14: a leader that cannot be reached is waited for no longer than a lease lives")
    void aLeaderThatCannotBeReachedIsNotWaitedForForEver() {
        upstream.blob(ALPINE, blob);
        known.leads("http://127.0.0.1:2");

        assertThat(rig.get(ALPINE, blob).body()).isEqualTo(blob.bytes());
        assertThat(rig.gets(ALPINE, blob)).containsExactly("whole");
        assertThat(roles("alone")).isOne();
    }

    @Test
    void aLeaderThatRefusesIsNotWaitedForAtAll() {
        upstream.blob(ALPINE, blob);
        known.leads(replica.url());
        led(replica).responds(401);

        assertThat(rig.get(ALPINE, blob).body()).isEqualTo(blob.bytes());
        assertThat(failures("refused")).isOne();
        assertThat(roles("alone")).isOne();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, SIZE - 1})
    @DisplayName("T01 T26: wrong bytes of a replica abort everyone, are its fault alone, and it is not asked again")
    void wrongBytesOfAReplicaAreRejected(int where) {
        byte[] flipped = blob.bytes().clone();
        flipped[where] ^= 1;
        upstream.blob(ALPINE, blob);
        known.leads(replica.url());
        led(replica).respondsWith(request -> Answer.blob(request, flipped));

        assertThat(rig.failure(ALPINE, blob)).isInstanceOf(InvalidContentException.class);
        rig.awaitRest();
        assertThat(rig.blobs().usage().entries()).isZero();
        assertThat(rig.counted("sluice.cluster.rejected.content")).isOne();
        assertThat(rig.counted("sluice.rejected.content")).isZero();

        assertThat(rig.get(ALPINE, blob).body()).isEqualTo(blob.bytes());
        assertThat(rig.gets(ALPINE, blob)).containsExactly("whole");
        assertThat(replica.requests()).hasSize(1);
    }

    @Test
    @DisplayName("U30: a replica whose blob is of another length than the upstream's is left out")
    void aWrongLengthIsLeftOut() {
        upstream.blob(ALPINE, blob);
        known.leads(replica.url());
        led(replica)
                .sends(headOf(SIZE))
                .sends(part(blob, 0, HALF))
                .awaits("half")
                .closes()
                .then()
                .respondsWith(request -> new Answer(
                        206,
                        Map.of("Content-Range", "bytes " + HALF + "-" + SIZE + "/" + (SIZE + 1)),
                        part(blob, HALF, SIZE)));

        CompletableFuture<Pulled> pull = rig.start(ALPINE, blob);
        awaitHalf();
        replica.release("half");

        assertThat(BlobRig.await(pull).body()).isEqualTo(blob.bytes());
        assertThat(rig.gets(ALPINE, blob)).containsExactly(REST);
        assertThat(failures("wrong_length")).isOne();
    }

    @Test
    void aBodyThatBreaksOffAgainAndAgainComesFromTheUpstreamInTheEnd() {
        upstream.blob(ALPINE, blob);
        known.leads(replica.url());
        led(replica)
                .respondsWith(request -> {
                    int from = request.header("Range")
                            .map(range -> Integer.parseInt(range.substring(6, range.length() - 1)))
                            .orElse(0);
                    return new Answer(
                            from == 0 ? 200 : 206,
                            Map.of(
                                    "Content-Range",
                                    "bytes " + from + "-" + (SIZE - 1) + "/" + SIZE,
                                    "Content-Length",
                                    Integer.toString(SIZE - from)),
                            part(blob, from, from + 1000));
                })
                .closes();

        assertThat(rig.get(ALPINE, blob).body()).isEqualTo(blob.bytes());
        assertThat(rig.gets(ALPINE, blob)).hasSize(1);
        assertThat(replica.requests()).hasSizeBetween(2, 12);
    }

    @Test
    @DisplayName("K01: without Redis each replica fetches by itself")
    void withoutRedisEachFetchesByItself() {
        upstream.blob(ALPINE, blob);
        known.goAway();

        assertThat(rig.get(ALPINE, blob).body()).isEqualTo(blob.bytes());
        assertThat(rig.gets(ALPINE, blob)).containsExactly("whole");
        assertThat(roles("alone")).isOne();
    }

    @Test
    @DisplayName("K03: the leader hangs while Redis is away, and its bytes come from elsewhere all the same")
    void aLeaderThatHangsWithoutRedisIsLeft() {
        upstream.blob(ALPINE, blob);
        known.leads(replica.url());
        firstHalf(led(replica)).awaits("half").stalls();

        CompletableFuture<Pulled> pull = rig.start(ALPINE, blob);
        awaitHalf();
        replica.release("half");
        known.goAway();

        assertThat(BlobRig.await(pull).body()).isEqualTo(blob.bytes());
        assertThat(rig.gets(ALPINE, blob)).containsExactly(REST);
        assertThat(failures("stalled")).isOne();
    }

    @Test
    void aLeaderThatIsSilentBeforeItsHeadIsLeftWhenItsLeaseIsGone() {
        upstream.blob(ALPINE, blob);
        known.leads(replica.url());
        led(replica).awaits("head").stalls();

        CompletableFuture<Pulled> pull = rig.start(ALPINE, blob);
        replica.awaitReached("head");
        known.leadsNoMore();

        assertThat(BlobRig.await(pull).body()).isEqualTo(blob.bytes());
        assertThat(rig.gets(ALPINE, blob)).containsExactly("whole");
        replica.release("head");
        replica.awaitHangUps(1);
    }

    @Test
    @DisplayName(
            "K09: a leader that was halted before its head, and answers when another has taken over, comes too late")
    void aLeaderThatAnswersTooLateIsNotHeard() {
        firstHalf(upstream.on("GET", "/v2/" + ALPINE + "/blobs/" + blob.digest()))
                .awaits("rest")
                .sends(part(blob, HALF, SIZE));
        known.leads(replica.url());
        led(replica).awaits("head").respondsWith(request -> Answer.blob(request, blob.bytes()));

        CompletableFuture<Pulled> pull = rig.start(ALPINE, blob);
        replica.awaitReached("head");
        known.leadsNoMore();
        upstream.awaitReached("rest");
        replica.release("head");
        upstream.release("rest");

        assertThat(BlobRig.await(pull).body()).isEqualTo(blob.bytes());
    }
}
