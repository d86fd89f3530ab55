package io.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code deploy/run} makes an AOT cache once, later starts use it, and nothing that goes wrong with it stops a start. */
class RunScriptIT {

    private static final String TRAINS = "training the JVM";
    private static final String WITHOUT = "starting without";

    /** A JVM that is told so ends when it cannot use its cache. */
    private static final String ONLY_WITH_A_CACHE = "-Xmx256m -XX:AOTMode=on";

    @TempDir
    private Path directory;

    @Test
    void twoFirstStartsAtOnceTrainOnceAndEveryStartUsesTheCache() {
        Map<String, String> environment = Map.of("SLUICE_HOME", path("home"), "JDK_JAVA_OPTIONS", ONLY_WITH_A_CACHE);
        try (RunScript one = RunScript.begin(directory.resolve("one"), environment);
                RunScript two = RunScript.begin(directory.resolve("two"), environment)) {
            assertServes(one.ready());
            assertServes(two.ready());
            assertThat(Stream.of(one, two).filter(start -> start.output().contains(TRAINS)))
                    .hasSize(1);
            assertThat(Stream.of(one, two))
                    .allMatch(start -> start.commandLine().contains("-XX:AOTCache="));
        }
        try (RunScript later = RunScript.begin(directory.resolve("later"), environment)) {
            assertServes(later.ready());
            assertThat(later.output()).doesNotContain(TRAINS);
        }
    }

    @Test
    void withoutAPlaceForItAStartSaysSoAndServes() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        Map<String, String> environment =
                Map.of("SLUICE_HOME", file.resolve("home").toString());

        try (RunScript start = RunScript.begin(directory.resolve("one"), environment)) {
            assertServes(start.ready());
            assertThat(start.output()).contains(WITHOUT);
        }
    }

    @Test
    void whereTheTrainingFailsAStartSaysSoAndServesAndTheNextDoesNotTryAgain() throws IOException {
        Path otherName = Files.copy(Checkout.file("gateway/target/sluice.jar"), directory.resolve("gateway-1.jar"));
        Map<String, String> environment = Map.of(
                "SLUICE_HOME",
                path("home"),
                "SLUICE_JAR",
                otherName.toString(),
                "JAVA_HOME",
                javaThatCannotTrain().toString());

        for (String start : new String[] {"one", "two"}) {
            try (RunScript gateway = RunScript.begin(directory.resolve(start), environment)) {
                assertServes(gateway.ready());
                assertThat(gateway.output()).contains(WITHOUT);
                assertThat(gateway.output().contains(TRAINS)).isEqualTo(start.equals("one"));
            }
        }
    }

    private static void assertServes(RunScript gateway) {
        assertThat(gateway.get("/v2/").status()).isEqualTo(200);
    }

    private String path(String name) {
        return directory.resolve(name).toString();
    }

    private Path javaThatCannotTrain() throws IOException {
        Path real = Path.of(System.getProperty("java.home"));
        Path home = Files.createDirectories(directory.resolve("java"));
        Files.createSymbolicLink(home.resolve("release"), real.resolve("release"));
        Files.createSymbolicLink(home.resolve("lib"), real.resolve("lib"));
        Path java = Files.createDirectory(home.resolve("bin")).resolve("java");
        Files.writeString(java, """
                #!/bin/sh
                case "$*" in *AOTCacheOutput*) echo "no memory"; exit 1;; esac
                exec "%s/bin/java" "$@"
                """.formatted(real));
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
        return home;
    }
}
