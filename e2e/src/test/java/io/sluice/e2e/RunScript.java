package io.sluice.e2e;

import io.sluice.testing.RawClient;
import io.sluice.testing.RawResponse;
import io.sluice.testing.process.BackgroundProcess;
import io.sluice.testing.process.Ports;
import io.sluice.testing.process.Started;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** The gateway as {@code deploy/run} starts it, with an empty cache in a directory of its own. */
final class RunScript implements Started {

    /** A training run is part of the first start. */
    private static final Duration LIMIT = Duration.ofMinutes(4);

    private final int port = Ports.free();
    private final int managementPort = Ports.free();
    private final BackgroundProcess process;

    private RunScript(Path directory, Map<String, String> environment) {
        ProcessBuilder builder = new ProcessBuilder(Checkout.file("deploy/run").toString());
        builder.directory(configured(directory).toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().putAll(environment);
        this.process = BackgroundProcess.start(builder, directory.resolve("run.log"));
    }

    /** Starts it, and does not wait. */
    static RunScript begin(Path directory, Map<String, String> environment) {
        return new RunScript(directory, environment);
    }

    /** Waits until it is ready. */
    RunScript ready() {
        process.awaitReady(
                LIMIT, () -> get(managementPort, "/actuator/health/readiness").status() == 200);
        return this;
    }

    /** The answer to a GET of a client. */
    RawResponse get(String path) {
        return get(port, path);
    }

    /** The words that the JVM was started with. */
    String commandLine() {
        try {
            return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"))
                    .replace('\0', ' ');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the script and the gateway have printed. */
    String output() {
        return process.output();
    }

    @Override
    public void close() {
        process.close();
    }

    private Path configured(Path directory) {
        String configuration = """
                server: {address: 127.0.0.1, port: %d, clients: {shutdown-delay: 0s}}
                management: {server: {port: %d}}
                sluice:
                  cache: {directory: cache}
                  routes:
                    registry: {upstream: "http://127.0.0.1:9", root: true}
                """.formatted(port, managementPort);
        try {
            Files.createDirectories(directory.resolve("config"));
            Files.writeString(directory.resolve("config/application.yaml"), configuration);
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static RawResponse get(int port, String path) {
        try (RawClient client = RawClient.connect(port)) {
            return client.get(path);
        }
    }
}
