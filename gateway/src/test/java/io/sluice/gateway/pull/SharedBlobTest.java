package io.sluice.gateway.pull;

import static io.sluice.gateway.pull.BlobRig.headOf;
import static io.sluice.gateway.pull.BlobRig.part;
import static io.sluice.gateway.pull.BlobRig.path;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.error.UpstreamStatusException;
import io.sluice.gateway.pull.BlobRig.Pulled;
import io.sluice.gateway.pull.BlobRig.Reading;
import io.sluice.oci.RangeRequest;
import io.sluice.testing.Answer;
import io.sluice.testing.Images;
import io.sluice.testing.Images.Content;
import io.sluice.testing.ScriptedUpstream;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SharedBlobTest {

    private static final String ALPINE = "library/alpine";
    private static final int SIZE = 1_000_000;

    private final BlobRig rig = new BlobRig();
    private final ScriptedUpstream upstream = rig.upstream();
    private final Content blob = Images.layer(SIZE, 30);

    @AfterEach
    void close() throws Exception {
        rig.awaitRest();
        rig.close();
    }

    @Test
    void aColdBlobIsFetchedOnceAndThenHeld() {
        upstream.blob(ALPINE, blob);

        Pulled cold = rig.get(ALPINE, blob);
        rig.awaitRest();
        Pulled warm = rig.get(ALPINE, blob);

        assertThat(cold.body()).isEqualTo(blob.bytes());
        assertThat(cold.status()).isEqualTo(CacheStatus.STORED);
        assertThat(warm.body()).isEqualTo(blob.bytes());
        assertThat(warm.status()).isEqualTo(CacheStatus.HIT);
        assertThat(upstream.requests()).hasSize(1);
    }

    @Test
    void anEmptyBlobIsABlob() {
        Content empty = Images.layer(0, 1);
        upstream.blob(ALPINE, empty);

        assertThat(rig.get(ALPINE, empty).body()).isEmpty();
        rig.awaitRest();
        assertThat(rig.get(ALPINE, empty).status()).isEqualTo(CacheStatus.HIT);
    }

    @Test
    @DisplayName(
            "G06, promise 2: 300 callers of one cold blob, who come before, while and after it arrives, cost one GET")
    void aCrowdCostsOneGet() {
        upstream.on("GET", path(ALPINE, blob))
                .awaits("head")
                .sends(headOf(SIZE))
                .sends(part(blob, 0, SIZE / 2))
                .awaits("half")
                .sends(part(blob, SIZE / 2, SIZE));

        List<CompletableFuture<Pulled>> before = crowd();
        upstream.awaitReached("head");
        upstream.release("head");
        upstream.awaitReached("half");
        List<CompletableFuture<Pulled>> during = crowd();
        upstream.release("half");
        List<CompletableFuture<Pulled>> after = crowd();

        for (List<CompletableFuture<Pulled>> crowd : List.of(before, during, after)) {
            assertThat(crowd)
                    .allSatisfy(pull -> assertThat(BlobRig.await(pull).body()).isEqualTo(blob.bytes()));
        }
        assertThat(before.stream().map(BlobRig::await).map(Pulled::status))
                .containsOnly(CacheStatus.STORED, CacheStatus.STORED_COLLAPSED)
                .containsOnlyOnce(CacheStatus.STORED);
        assertThat(during.stream().map(BlobRig::await).map(Pulled::status)).containsOnly(CacheStatus.STORED_COLLAPSED);
        assertThat(upstream.requests()).hasSize(1);
    }

    private List<CompletableFuture<Pulled>> crowd() {
        return IntStream.range(0, 100).mapToObj(i -> rig.start(ALPINE, blob)).toList();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.01, 0.5, 0.99})
    @DisplayName("C01: the first caller leaves in the middle, and the others, and who comes then, get the one fetch")
    void theFetchOutlivesItsFirstCaller(double where) {
        int there = (int) (SIZE * where);
        upstream.on("GET", path(ALPINE, blob))
                .awaits("go")
                .sends(headOf(SIZE))
                .sends(part(blob, 0, there))
                .awaits("the leader left")
                .sends(part(blob, there, SIZE));

        Reading leader = rig.hold(ALPINE, blob);
        upstream.awaitReached("go");
        List<CompletableFuture<Pulled>> followers = crowd();
        upstream.release("go");
        upstream.awaitReached("the leader left");
        leader.leave();
        CompletableFuture<Pulled> joiner = rig.start(ALPINE, blob);
        upstream.release("the leader left");

        assertThat(followers)
                .allSatisfy(pull -> assertThat(BlobRig.await(pull).body()).isEqualTo(blob.bytes()));
        assertThat(BlobRig.await(joiner).body()).isEqualTo(blob.bytes());
        assertThat(upstream.requests()).hasSize(1);
    }

    @Test
    @DisplayName("C01: the first caller leaves before the head, and the others get the one fetch")
    void theFetchOutlivesACallerThatDoesNotWaitForTheHead() {
        upstream.on("GET", path(ALPINE, blob)).awaits("head").responds(new Answer(200, Map.of(), blob.bytes()));

        Reading leader = rig.hold(ALPINE, blob);
        upstream.awaitReached("head");
        CompletableFuture<Pulled> follower = rig.start(ALPINE, blob);
        leader.leave();
        upstream.release("head");

        assertThat(BlobRig.await(follower).body()).isEqualTo(blob.bytes());
        assertThat(upstream.requests()).hasSize(1);
    }

    @Test
    @DisplayName("G13: what the upstream says instead of a blob reaches every caller once, and is not remembered")
    void aRefusalReachesEveryCaller() {
        upstream.on("GET", path(ALPINE, blob))
                .awaits("the crowd")
                .responds(503)
                .then()
                .responds(503)
                .then()
                .respondsWith(request -> Answer.blob(request, blob.bytes()));

        List<CompletableFuture<Pulled>> crowd = crowd();
        upstream.awaitReached("the crowd");
        upstream.release("the crowd");

        assertThat(crowd)
                .allSatisfy(pull -> assertThat(BlobRig.failure(pull))
                        .isInstanceOfSatisfying(
                                UpstreamStatusException.class,
                                failure -> assertThat(failure.status()).isEqualTo(503)));
        assertThat(rig.get(ALPINE, blob).body()).isEqualTo(blob.bytes());
    }

    @Test
    @DisplayName("C09: the head of a held or arriving blob costs no call, that of a cold one a HEAD")
    void headsCostNoGet() {
        upstream.blob(ALPINE, blob);

        BlobHead cold = head();
        BlobHead again = head();
        rig.get(ALPINE, blob);
        rig.awaitRest();
        BlobHead held = head();

        assertThat(List.of(cold.size(), again.size(), held.size())).containsOnly((long) SIZE);
        assertThat(cold.status()).isEqualTo(CacheStatus.MISS);
        assertThat(held.status()).isEqualTo(CacheStatus.HIT);
        assertThat(upstream.count("HEAD " + path(ALPINE, blob))).isEqualTo(1);
        assertThat(upstream.count("GET " + path(ALPINE, blob))).isEqualTo(1);
    }

    private BlobHead head() {
        return Objects.requireNonNull(rig.pulls()
                .blobs()
                .head(rig.target(ALPINE), BlobRig.digest(blob))
                .block(BlobRig.LIMIT));
    }

    @Test
    @DisplayName("G11: callers that leave at any moment leave no reader and no connection behind")
    void callersThatLeaveAtAnyMomentLeaveNothingBehind() {
        for (int i = 0; i < 300; i++) {
            Content small = Images.layer(50_000 + i, i % 30);
            upstream.blob("library/r" + i % 30, small);
            CompletableFuture<?> pull = rig.start(rig.target("library/r" + i % 30), small, RangeRequest.WHOLE);
            Reading other = rig.hold("library/r" + i % 30, small);
            for (int spin = 0; spin < i * 50; spin++) {
                Thread.onSpinWait();
            }
            other.leave();
            pull.cancel(false);
        }
        rig.awaitRest();
    }
}
