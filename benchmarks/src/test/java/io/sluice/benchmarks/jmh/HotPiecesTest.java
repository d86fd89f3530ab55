package io.sluice.benchmarks.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class HotPiecesTest {

    @Test
    void aBenchmarkIsNamedByItsClassItsMethodAndItsParameters() {
        assertThat(HotPieces.label("io.sluice.benchmarks.jmh.DigestBenchmark.sha256", Map.of("bytes", "4096")))
                .isEqualTo("Digest.sha256, bytes 4096");
        assertThat(HotPieces.label("io.sluice.benchmarks.jmh.AcceptBenchmark.oneLine", Map.of()))
                .isEqualTo("Accept.oneLine");
    }
}
