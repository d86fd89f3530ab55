package io.sluice.e2e;

import io.sluice.testing.process.Command;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The image of the gateway, built as an operator would build it. */
final class GatewayImage {

    /** What it is called after it was loaded. */
    static final String NAME = "localhost/sluice:latest";

    private static final Duration BUILD_LIMIT = Duration.ofMinutes(5);

    private GatewayImage() {}

    /** Builds it with the JDK of this process, and returns its archive, which lies in the directory. */
    static Path build(Path directory) {
        Path archive = directory.resolve("sluice.tar");
        String script = Checkout.file("deploy/image/build").toString();
        Map<String, String> environment = Map.of("JAVA_HOME", System.getProperty("java.home"));
        new Command(List.of(script, archive.toString()), environment, BUILD_LIMIT).print();
        return archive;
    }

    /** Loads it into a podman that keeps everything below the directory. */
    static Podman load(Path archive, Path directory) {
        Podman podman = new Podman(ContainersTools.in(directory, ""));
        String policy = podman.tools().policy().toString();
        podman.command("load", "--quiet", "--signature-policy", policy, "--input", archive.toString())
                .print();
        return podman;
    }
}
