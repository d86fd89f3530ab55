package io.sluice.benchmarks.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.benchmarks.peer.SparseOrigin;
import io.sluice.testing.process.Ports;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ReaderCrowdTest {

    private static final Duration TIME = Duration.ofSeconds(2);

    @Test
    void whoReadsAllOfItReadsItAgain() throws IOException {
        try (SparseOrigin origin = SparseOrigin.start(10_000)) {
            Tally tally = ReaderCrowd.read(origin.blobAt(origin.uri()), new Mix(2, 0, 0, 0), TIME);

            assertThat(tally.failures()).isEmpty();
            assertThat(tally.complete()).isGreaterThan(2);
            assertThat(tally.bytes()).isGreaterThan(tally.complete() * 10_000L);
        }
    }

    @Test
    void whoCrawlsOrStopsTakesLittle() throws IOException {
        try (SparseOrigin origin = SparseOrigin.start(1 << 26)) {
            Tally tally = ReaderCrowd.read(origin.blobAt(origin.uri()), new Mix(0, 2, 2, 0), TIME);

            assertThat(tally.failures()).isEmpty();
            assertThat(tally.complete()).isZero();
            assertThat(tally.bytes()).isBetween(1L, 2L * 3 * 1024 + 2 * 128 * 1024);
            assertThat(origin.gets()).isEqualTo(4);
        }
    }

    @Test
    void whoLeavesIsCutOffByNobody() throws IOException {
        try (SparseOrigin origin = SparseOrigin.start(1 << 26)) {
            Tally tally = ReaderCrowd.read(origin.blobAt(origin.uri()), new Mix(0, 0, 0, 40), TIME);

            assertThat(tally.failures()).isEmpty();
            assertThat(tally.departures()).isBetween(1, origin.gets());
        }
    }

    @Test
    void whoFindsNobodyThereTriesAgain() throws IOException {
        try (SparseOrigin origin = SparseOrigin.start(1)) {
            Target nobody = origin.blobAt(URI.create("http://127.0.0.1:" + Ports.free()));

            Tally tally = ReaderCrowd.read(nobody, new Mix(1, 0, 0, 0), TIME);

            assertThat(tally.failures().values()).singleElement().matches(count -> count >= 1);
        }
    }

    @Test
    void theOnesThatReadAllAreTenAndTheOthersAreSharedOut() {
        assertThat(Mix.of(1000)).isEqualTo(new Mix(10, 330, 330, 330));
        assertThat(Mix.of(12)).isEqualTo(new Mix(10, 0, 0, 2));
        assertThat(Mix.of(3)).isEqualTo(new Mix(3, 0, 0, 0));
    }
}
