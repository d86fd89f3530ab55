package io.sluice.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeakGateTest {

    @TempDir
    Path directory;

    @Test
    void aRunThatLosesABufferFailsAndSaysWhere() throws Exception {
        Run run = runInAJvmOfItsOwn(LeakGateExamples.Leaking.class);
        assertThat(run.exitValue()).as(run.output).isEqualTo(1);
        assertThat(run.output.lines())
                .anyMatch(line -> line.startsWith("LEAK: "))
                .anyMatch(line -> line.contains("LeakGateExamples$Leaking.allocate"));
    }

    @Test
    void aRunThatReleasesItsBuffersPasses() throws Exception {
        Run run = runInAJvmOfItsOwn(LeakGateExamples.Releasing.class);
        assertThat(run.exitValue()).as(run.output).isZero();
        assertThat(run.output).doesNotContain("LEAK:");
    }

    private record Run(int exitValue, String output) {}

    private Run runInAJvmOfItsOwn(Class<?> testClass) throws IOException, InterruptedException {
        Path output = directory.resolve("output.txt");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+AllowRedefinitionToAddDeleteMethods",
                        "-XX:+EnableDynamicAgentLoading",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LeakGateExamples.class.getName(),
                        testClass.getName())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = process.waitFor(60, TimeUnit.SECONDS);
        process.destroyForcibly();
        assertThat(ended).as("the run ended").isTrue();
        return new Run(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
    }
}
