package io.sluice.gateway.pull;

import static io.sluice.gateway.pull.BlobRig.headOf;
import static io.sluice.gateway.pull.BlobRig.part;
import static io.sluice.gateway.pull.BlobRig.path;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.gateway.error.UpstreamStatusException;
import io.sluice.gateway.pull.BlobRig.Pulled;
import io.sluice.gateway.pull.BlobRig.Reading;
import io.sluice.oci.RangeRequest;
import io.sluice.testing.Answer;
import io.sluice.testing.Images;
import io.sluice.testing.Images.Content;
import io.sluice.testing.ScriptedUpstream;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlobAccessTest {

    private static final String OURS = "library/ours";
    private static final String THEIRS = "library/theirs";
    private static final int SIZE = 500_000;

    private final BlobRig rig = new BlobRig();
    private final ScriptedUpstream upstream = rig.upstream();
    private final Content blob = Images.layer(SIZE, 60);

    @AfterEach
    void close() throws Exception {
        rig.awaitRest();
        rig.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 404})
    @DisplayName("T11 T30: a blob that another repository has is as unknown as one that nobody has")
    void aBlobOfAnotherRepositoryIsUnknown(int status) {
        upstream.blob(THEIRS, blob);
        upstream.on("HEAD", path(OURS, blob)).responds(status);
        upstream.on("GET", path(OURS, blob)).responds(status);
        Throwable unknown = rig.failure(OURS, blob);
        rig.get(THEIRS, blob);
        rig.awaitRest();

        Throwable held = rig.failure(OURS, blob);

        assertThat(held).hasSameClassAs(unknown).hasMessage(unknown.getMessage());
        assertThat(((UpstreamStatusException) held).isNo()).isTrue();
        assertThat(upstream.count("GET " + path(OURS, blob))).isLessThanOrEqualTo(2);
        assertThat(rig.get(THEIRS, blob).status())
                .as("one's no is not the other's")
                .isEqualTo(CacheStatus.HIT);
    }

    @Test
    @DisplayName("T11: who shows the own upstream's yes gets the bytes that are held, and no second GET")
    void theOwnYesIsEnoughForHeldBytes() {
        upstream.blob(THEIRS, blob);
        upstream.blob(OURS, blob);
        rig.get(THEIRS, blob);
        rig.awaitRest();

        Pulled first = rig.get(OURS, blob);
        Pulled second = rig.get(OURS, blob);

        assertThat(first.body()).isEqualTo(blob.bytes());
        assertThat(first.status()).isEqualTo(CacheStatus.REVALIDATED);
        assertThat(second.status()).isEqualTo(CacheStatus.HIT);
        assertThat(upstream.count("HEAD " + path(OURS, blob))).isEqualTo(1);
        assertThat(upstream.count("GET " + path(OURS, blob))).isZero();
    }

    @Test
    @DisplayName("T11 T30: a small blob in memory is shown to the repository alone that is proven to have it")
    void aSmallBlobInMemoryIsShownToThoseWhoMay() {
        Content small = Images.layer(1_000, 61);
        upstream.blob(THEIRS, small);
        upstream.on("GET", path(OURS, small)).responds(404);
        upstream.on("HEAD", path(OURS, small)).responds(404);
        rig.get(THEIRS, small);
        await().atMost(BlobRig.LIMIT).until(() -> {
            rig.get(THEIRS, small);
            return rig.pulls().blobs().fromMemory(rig.target(THEIRS), BlobRig.digest(small)) != null;
        });

        assertThat(rig.pulls().blobs().fromMemory(rig.target(OURS), BlobRig.digest(small)))
                .isNull();
        assertThat(rig.pulls().blobs().fromMemory(rig.target("other", THEIRS), BlobRig.digest(small)))
                .isNull();
        assertThat(((UpstreamStatusException) rig.failure(OURS, small)).isNo()).isTrue();
        assertThat(rig.get(THEIRS, small).status()).isEqualTo(CacheStatus.HIT);
        assertThat(rig.gets(THEIRS, small)).hasSize(1);
    }

    @Test
    @DisplayName(
            "T11: while a blob arrives by one repository, another shows its own upstream's yes and joins, or is refused")
    void anArrivingBlobIsShownToThoseWhoMay() {
        upstream.on("GET", path(THEIRS, blob))
                .sends(headOf(SIZE))
                .sends(part(blob, 0, SIZE / 2))
                .awaits("half")
                .sends(part(blob, SIZE / 2, SIZE));
        upstream.on("HEAD", path(OURS, blob)).responds(200, Map.of(), blob.bytes());
        upstream.on("HEAD", path("library/no", blob)).responds(404);

        CompletableFuture<Pulled> theirs = rig.start(THEIRS, blob);
        upstream.awaitReached("half");
        CompletableFuture<Pulled> refused = rig.start("library/no", blob);
        CompletableFuture<Pulled> ours = rig.start(OURS, blob);
        assertThat(BlobRig.failure(refused)).isInstanceOf(UpstreamStatusException.class);
        upstream.awaitCount("HEAD " + path(OURS, blob), 1);
        upstream.release("half");

        assertThat(BlobRig.await(ours).body()).isEqualTo(blob.bytes());
        assertThat(BlobRig.await(ours).status()).isEqualTo(CacheStatus.STORED_COLLAPSED);
        assertThat(BlobRig.await(theirs).body()).isEqualTo(blob.bytes());
        assertThat(upstream.count("GET " + path(OURS, blob))).isZero();
        assertThat(upstream.count("GET " + path("library/no", blob))).isZero();
    }

    @Test
    @DisplayName("T11 G13: when the fetch of another repository is refused, who waited for it fetches by the own one")
    void anothersNoIsNotOurs() {
        upstream.on("GET", path(THEIRS, blob)).awaits("head").responds(404);
        upstream.blob(OURS, blob);

        CompletableFuture<Pulled> theirs = rig.start(THEIRS, blob);
        upstream.awaitReached("head");
        CompletableFuture<Pulled> ours = rig.start(OURS, blob);
        upstream.awaitCount("HEAD " + path(OURS, blob), 1);
        upstream.release("head");

        assertThat(BlobRig.failure(theirs)).isInstanceOf(UpstreamStatusException.class);
        assertThat(BlobRig.await(ours).body()).isEqualTo(blob.bytes());
        assertThat(upstream.count("GET " + path(OURS, blob))).isEqualTo(1);
    }

    @Test
    @DisplayName("T11 G13: a fetch of another repository that is refused in the middle is followed by one of the own")
    void anothersNoInTheMiddleIsNotOurs() {
        upstream.on("GET", path(THEIRS, blob))
                .sends(headOf(SIZE))
                .sends(part(blob, 0, SIZE / 2))
                .awaits("half")
                .closes()
                .then()
                .responds(404);
        upstream.blob(OURS, blob);

        Reading theirs = rig.hold(THEIRS, blob);
        theirs.answer();
        CompletableFuture<Pulled> ours =
                rig.start(rig.target(OURS), blob, RangeRequest.parse("bytes=" + (SIZE - 10) + "-"));
        await().atMost(BlobRig.LIMIT).until(() -> rig.blobs().usage().readers() == 2);
        upstream.release("half");

        assertThat(BlobRig.await(ours).body()).isEqualTo(part(blob, SIZE - 10, SIZE));
        theirs.leave();
    }

    @Test
    @DisplayName("T36: routes share bytes, and nothing else")
    void routesShareBytesAndNothingElse() {
        upstream.blob(OURS, blob);
        rig.get(OURS, blob);
        rig.awaitRest();

        Pulled other = BlobRig.await(rig.start(rig.target("other", OURS), blob, RangeRequest.WHOLE));

        assertThat(other.status()).isEqualTo(CacheStatus.REVALIDATED);
        assertThat(upstream.count("HEAD " + path(OURS, blob))).isEqualTo(1);
        assertThat(upstream.count("GET " + path(OURS, blob))).isEqualTo(1);
    }

    @Test
    @DisplayName("T12: a no in the middle of a fetch takes the proof away")
    void aNoInTheMiddleRevokes() {
        upstream.on("GET", path(OURS, blob))
                .sends(headOf(SIZE))
                .sends(part(blob, 0, SIZE / 2))
                .closes()
                .then()
                .responds(404);
        assertThat(rig.failure(OURS, blob)).isInstanceOf(UpstreamStatusException.class);
        upstream.blob(THEIRS, blob);
        rig.get(THEIRS, blob);
        rig.awaitRest();
        upstream.on("HEAD", path(OURS, blob)).responds(Answer.of(404));

        assertThat(rig.failure(OURS, blob)).isInstanceOf(UpstreamStatusException.class);
    }
}
