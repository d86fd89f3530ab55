package io.sluice.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PeakTest {

    @Test
    void whatWasMoreBeforeIsRemembered() {
        AtomicLong value = new AtomicLong(5);
        try (Peak peak = new Peak(value::get)) {
            assertThat(peak.most()).isEqualTo(5);
            value.set(2);
            assertThat(peak.most()).isEqualTo(5);
            value.set(7);
            assertThat(peak.most()).isEqualTo(7);
        }
    }
}
