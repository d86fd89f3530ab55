package io.sluice.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ProcessTreeTest {

    @Test
    void theShareOfThisProcessIsCountedAndNotTheWholeOfWhatItShares() {
        List<String> rollup = List.of(
                "55d0a0000000-7ffd5f7fe000 ---p 00000000 00:00 0        [rollup]",
                "Rss:               93512 kB",
                "Pss:               61440 kB",
                "Pss_Anon:          60000 kB");

        assertThat(ProcessTree.kib(rollup)).isEqualTo(61440);
    }

    @Test
    void aRunningProcessHoldsSomething() {
        assertThat(new ProcessTree(ProcessHandle.current().pid()).residentMib()).isGreaterThan(1);
    }
}
