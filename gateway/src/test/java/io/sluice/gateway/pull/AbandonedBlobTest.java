package io.sluice.gateway.pull;

import static io.sluice.gateway.pull.BlobRig.headOf;
import static io.sluice.gateway.pull.BlobRig.part;
import static io.sluice.gateway.pull.BlobRig.path;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.gateway.pull.BlobRig.Pulled;
import io.sluice.gateway.pull.BlobRig.Reading;
import io.sluice.gateway.pull.BlobSettings.Leaving;
import io.sluice.testing.Answer;
import io.sluice.testing.Images;
import io.sluice.testing.Images.Content;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class AbandonedBlobTest {

    private static final String ALPINE = "library/alpine";
    private static final int SIZE = 1_000_000;
    private static final int HALF = SIZE / 2;

    private final Content blob = Images.layer(SIZE, 70);
    private @Nullable BlobRig opened;

    @AfterEach
    void close() throws Exception {
        if (opened != null) {
            opened.awaitRest();
            opened.close();
        }
    }

    /** @param finishWithin how long what is left may take for a fetch that nobody reads */
    private BlobRig rig(Duration grace, Duration finishWithin) {
        BlobRig rig = new BlobRig(new BlobSettings(
                BlobRig.SHORT.resuming(),
                BlobRig.SHORT.slowest(),
                new Leaving(grace, finishWithin),
                BlobRig.SHORT.ahead(),
                BlobRig.SHORT.uncachedFor()));
        rig.upstream()
                .on("GET", path(ALPINE, blob))
                .sends(headOf(SIZE))
                .sends(part(blob, 0, HALF))
                .awaits("half")
                .sends(part(blob, HALF, SIZE))
                .then()
                .respondsWith(request -> Answer.blob(request, blob.bytes()));
        opened = rig;
        return rig;
    }

    private static void awaitHalf(Reading reading) {
        reading.reader().ready(HALF - 100_000, 1).block(BlobRig.LIMIT);
    }

    @Test
    @DisplayName(
            "C02: when all have left a fetch that would take long, it stops, and the next caller goes on where it did")
    void aLongFetchStopsAndIsGoneOnWith() {
        BlobRig rig = rig(Duration.ofMillis(20), Duration.ZERO);
        Reading reading = rig.hold(ALPINE, blob);
        awaitHalf(reading);

        reading.leave();
        rig.awaitRest();
        rig.upstream().release("half");
        Pulled next = rig.get(ALPINE, blob);

        assertThat(next.body()).isEqualTo(blob.bytes());
        assertThat(rig.gets(ALPINE, blob)).containsExactly("whole", "bytes=" + HALF + "-");
        assertThat(rig.counted("sluice.blob.abandoned")).isEqualTo(1);
    }

    @Test
    @DisplayName("C02: when all have left a fetch that is soon done, it finishes, and the blob is kept")
    void aShortFetchFinishes() {
        BlobRig rig = rig(Duration.ofMillis(20), Duration.ofSeconds(60));
        Reading reading = rig.hold(ALPINE, blob);
        awaitHalf(reading);

        reading.leave();
        rig.upstream().release("half");
        rig.awaitRest();

        assertThat(rig.get(ALPINE, blob).status()).isEqualTo(CacheStatus.HIT);
        assertThat(rig.gets(ALPINE, blob)).containsExactly("whole");
        assertThat(rig.counted("sluice.blob.abandoned")).isZero();
    }

    @Test
    @DisplayName("C02: one that seemed to be soon done and is not stops all the same")
    void aFetchThatDoesNotFinishInTimeStops() {
        BlobRig rig = rig(Duration.ofMillis(20), Duration.ofMillis(200));
        Reading reading = rig.hold(ALPINE, blob);
        awaitHalf(reading);

        reading.leave();
        rig.awaitRest();
        rig.upstream().release("half");

        assertThat(rig.counted("sluice.blob.abandoned")).isEqualTo(1);
        assertThat(rig.blobs().usage().entries()).isZero();
    }

    @Test
    @DisplayName("C07: one reader leaves before the next one comes, and the fetch goes on")
    void anotherReaderMayComeALittleLater() {
        BlobRig rig = rig(Duration.ofSeconds(10), Duration.ZERO);
        Reading reading = rig.hold(ALPINE, blob);
        awaitHalf(reading);

        reading.leave();
        await().atMost(BlobRig.LIMIT).until(() -> rig.blobs().usage().readers() == 0);
        CompletableFuture<Pulled> next = rig.start(ALPINE, blob);
        rig.upstream().release("half");

        assertThat(BlobRig.await(next).body()).isEqualTo(blob.bytes());
        assertThat(rig.gets(ALPINE, blob)).containsExactly("whole");
    }

    @Test
    @DisplayName("C02: a fetch whose callers left before its head stops as well")
    void aFetchThatNobodyEverReadStops() {
        BlobRig rig = rig(Duration.ofMillis(20), Duration.ZERO);
        rig.upstream()
                .on("GET", path(ALPINE, blob))
                .awaits("head")
                .sends(headOf(SIZE))
                .sends(part(blob, 0, HALF))
                .stalls();
        Reading reading = rig.hold(ALPINE, blob);
        rig.upstream().awaitReached("head");

        reading.leave();
        rig.upstream().release("head");
        rig.awaitRest();

        assertThat(rig.counted("sluice.blob.abandoned")).isEqualTo(1);
    }

    @Test
    @DisplayName(
            "U30: what was left behind and does not fit is thrown away, and the blob is fetched from its first byte")
    void whatWasLeftBehindAndDoesNotFitIsThrownAway() {
        BlobRig rig = rig(Duration.ofMillis(20), Duration.ZERO);
        Reading reading = rig.hold(ALPINE, blob);
        awaitHalf(reading);
        reading.leave();
        rig.awaitRest();
        rig.upstream().release("half");
        rig.upstream()
                .on("GET", path(ALPINE, blob))
                .responds(416)
                .then()
                .respondsWith(request -> Answer.blob(request, blob.bytes()));

        assertThat(rig.get(ALPINE, blob).body()).isEqualTo(blob.bytes());
        assertThat(rig.gets(ALPINE, blob)).containsExactly("whole", "bytes=" + HALF + "-", "whole");
    }
}
