package io.sluice.testing.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackgroundProcessTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir
    Path directory;

    @Test
    void itIsReadyWhenTheConditionHolds() {
        try (BackgroundProcess process = start("echo ready; exec sleep 60")) {
            process.awaitReady(LIMIT, () -> process.lines().contains("ready"));

            assertThat(ProcessHandle.of(process.pid())).isPresent();
        }
    }

    @Test
    void oneThatEndsInsteadFailsAtOnceWithWhatItPrinted() {
        try (BackgroundProcess process = start("echo no such file; exit 3")) {
            assertThatThrownBy(() -> process.awaitReady(LIMIT, () -> false))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("no such file");
        }
    }

    @Test
    void closingEndsItWithEverythingItHasStarted() {
        BackgroundProcess process = start("sleep 60 & echo $!; wait");
        process.awaitReady(LIMIT, () -> !process.lines().isEmpty());
        ProcessHandle child =
                ProcessHandle.of(Long.parseLong(process.lines().getFirst())).orElseThrow();

        process.close();

        assertThat(child.onExit()).succeedsWithin(LIMIT);
        assertThat(ProcessHandle.of(process.pid())).isEmpty();
    }

    private BackgroundProcess start(String script) {
        return BackgroundProcess.start(new ProcessBuilder("sh", "-c", script), directory.resolve("log"));
    }
}
