package io.sluice.e2e;

import io.sluice.testing.RawClient;
import io.sluice.testing.RawResponse;
import io.sluice.testing.process.BackgroundProcess;
import io.sluice.testing.process.Finished;
import io.sluice.testing.process.Ports;
import io.sluice.testing.process.Started;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * The image of the gateway as podman runs it: on the network of the host, since there may be no other, and with as little
 * as {@code deploy/compose.yaml} leaves it. It is removed when it has ended; its volumes stay.
 */
final class GatewayContainer implements Started {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** Where the configuration is expected in the container. */
    private static final String CONFIGURATION = "/etc/sluice/application.yaml";

    /** Without the compiler that takes its time. */
    private static final String STARTS_SOON = "--env=JAVA_TOOL_OPTIONS=-XX:TieredStopAtLevel=1";

    private final String name = "sluice-" + UUID.randomUUID();
    private final int port = Ports.free();
    private final int managementPort = Ports.free();
    private final Podman podman;
    private final BackgroundProcess process;

    private GatewayContainer(Podman podman, Path configuration, List<String> options) {
        this.podman = podman;
        List<String> words = new ArrayList<>(List.of(
                "run",
                "--rm",
                "--pull=never",
                "--name=" + name,
                "--network=host",
                "--read-only",
                "--read-only-tmpfs=false",
                "--cap-drop=all",
                "--security-opt=no-new-privileges",
                STARTS_SOON,
                "--env=SERVER_ADDRESS=127.0.0.1",
                "--env=SERVER_PORT=" + port,
                "--env=MANAGEMENT_SERVER_PORT=" + managementPort,
                "--volume=" + configuration + ":" + CONFIGURATION + ":ro"));
        words.addAll(HardLimit.options());
        words.addAll(options);
        words.add(GatewayImage.NAME);
        ProcessBuilder builder = new ProcessBuilder(podman.command(words).words());
        builder.environment().putAll(podman.tools().environment());
        Path log = podman.tools().directory().resolve(name + ".log");
        this.process = BackgroundProcess.start(builder, log);
    }

    /**
     * Starts one and waits until it is ready.
     *
     * @param configuration its {@code application.yaml}, readable for everyone
     * @param options of {@code podman run}
     */
    static GatewayContainer start(Podman podman, Path configuration, List<String> options) {
        GatewayContainer container = new GatewayContainer(podman, configuration, options);
        try {
            container.process.awaitReady(LIMIT, container::isReady);
            return container;
        } catch (AssertionError e) {
            container.remove();
            throw e;
        }
    }

    /** The answer to a GET of a client. */
    RawResponse get(String path) {
        return get(port, path);
    }

    String metrics() {
        return get(managementPort, "/actuator/prometheus").bodyText();
    }

    /** Runs a program inside. */
    Finished exec(List<String> words) {
        List<String> all = new ArrayList<>(List.of("exec", name));
        all.addAll(words);
        return podman.command(all).run();
    }

    /** The lines in which the kernel describes the process: {@code Uid:}, {@code CapEff:}. */
    List<String> status() {
        String pid =
                podman.command("inspect", "--format", "{{.State.Pid}}", name).print();
        try {
            return Files.readAllLines(Path.of("/proc", pid, "status"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Tells it to end, as an orchestrator does, and returns its exit code. */
    int stop() {
        podman.command("kill", "--signal=TERM", name).print();
        return process.awaitEnd(LIMIT);
    }

    @Override
    public void close() {
        try {
            process.close();
        } finally {
            remove();
        }
    }

    private void remove() {
        podman.command("rm", "--force", "--ignore", "--time=0", name).print();
    }

    private boolean isReady() {
        return get(managementPort, "/actuator/health/readiness").status() == 200;
    }

    private static RawResponse get(int port, String path) {
        try (RawClient client = RawClient.connect(port)) {
            return client.get(path);
        }
    }
}
