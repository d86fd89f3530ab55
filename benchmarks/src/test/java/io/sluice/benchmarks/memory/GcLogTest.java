package io.sluice.benchmarks.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GcLogTest {

    @Test
    void onlyWhatIsLeftAfterCollectionsCounts(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("gc.log"), """
                [0.007s][info][gc] Using G1
                [4.828s][info][gc] GC(19) Pause Young (Normal) (G1 Evacuation Pause) 64M->29M(72M) 9.153ms
                [5.000s][info][gc] GC(20) Pause Remark 66M->66M(72M) 3.000ms
                [5.100s][info][gc] GC(20) Concurrent Mark Cycle 458.733ms
                [9.618s][info][gc] GC(21) Pause Young (Prepare Mixed) (G1 Evacuation Pause) 65M->30M(72M) 7.116ms
                [9.700s][info][gc] GC(22) Pause Full (Diagnostic Command) 54M->28M(81M) 59.123ms
                """);

        assertThat(new GcLog(file).usedAfterEach()).containsExactly(29, 30, 28);
    }
}
