package io.sluice.benchmarks.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrometheusTextTest {

    private static final PrometheusText TEXT = new PrometheusText("""
            # TYPE jvm_memory_used_bytes gauge
            jvm_memory_used_bytes{area="heap",id="G1 Eden Space"} 2.2E7
            jvm_memory_used_bytes{area="heap",id="G1 Old Gen"} 3.0E7
            jvm_memory_used_bytes{area="nonheap",id="Metaspace"} 5.6E7
            jvm_memory_used_bytes_more{area="heap"} 1.0
            """);

    @Test
    void theSeriesThatHaveTheLabelAreAddedUp() {
        assertThat(TEXT.sum("jvm_memory_used_bytes", "area=\"heap\"")).isEqualTo(5.2E7);
    }

    @Test
    void aMetricThatIsNotThereIsNothing() {
        assertThat(TEXT.sum("jvm_buffer_memory_used_bytes", "id=\"direct\"")).isZero();
    }
}
