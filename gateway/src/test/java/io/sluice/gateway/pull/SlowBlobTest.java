package io.sluice.gateway.pull;

import static io.sluice.gateway.pull.BlobRig.headOf;
import static io.sluice.gateway.pull.BlobRig.part;
import static io.sluice.gateway.pull.BlobRig.path;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.pull.BlobSettings.Slowest;
import io.sluice.testing.Answer;
import io.sluice.testing.Images;
import io.sluice.testing.Images.Content;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SlowBlobTest {

    private static final String ALPINE = "library/alpine";
    private static final int SIZE = 1_000_000;
    private static final int HALF = SIZE / 2;

    private final Content blob = Images.layer(SIZE, 45);

    @Test
    @DisplayName("U06: a body that stalls goes on over another connection")
    void aStalledBodyGoesOn() throws Exception {
        try (BlobRig rig = new BlobRig(BlobRig.SHORT, BlobRig.ROOM, Duration.ofMillis(300))) {
            rig.upstream()
                    .on("GET", path(ALPINE, blob))
                    .sends(headOf(SIZE))
                    .sends(part(blob, 0, HALF))
                    .stalls()
                    .then()
                    .respondsWith(request -> Answer.blob(request, blob.bytes()));

            assertThat(rig.get(ALPINE, blob).body()).isEqualTo(blob.bytes());
            assertThat(rig.gets(ALPINE, blob)).hasSizeGreaterThanOrEqualTo(2);
            rig.awaitRest();
        }
    }

    @Test
    @DisplayName("U31: a body that trickles is too slow, and goes on over another connection")
    void aTricklingBodyGoesOn() throws Exception {
        BlobSettings usual = BlobRig.SHORT;
        Slowest slowest = new Slowest(64 * 1024, Duration.ofMillis(300));
        BlobSettings settings =
                new BlobSettings(usual.resuming(), slowest, usual.leaving(), usual.ahead(), usual.uncachedFor());
        try (BlobRig rig = new BlobRig(settings)) {
            rig.upstream()
                    .on("GET", path(ALPINE, blob))
                    .sends(headOf(SIZE))
                    .writes(this::trickle)
                    .then()
                    .respondsWith(request -> Answer.blob(request, blob.bytes()));

            assertThat(rig.get(ALPINE, blob).body()).isEqualTo(blob.bytes());
            assertThat(rig.gets(ALPINE, blob)).hasSizeGreaterThanOrEqualTo(2);
            rig.awaitRest();
        }
    }

    /** A byte every 20 ms: the pace is the fault, and ends when the other side hangs up. */
    private void trickle(OutputStream out) throws IOException {
        for (byte each : blob.bytes()) {
            out.write(each);
            out.flush();
            try {
                TimeUnit.MILLISECONDS.sleep(20);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
