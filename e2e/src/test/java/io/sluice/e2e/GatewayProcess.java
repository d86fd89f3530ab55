package io.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The packaged gateway, in a directory of its own, with one route that answers for Docker Hub and leads to a registry of
 * ours. It stays on its ports and keeps its cache when it is restarted.
 */
final class GatewayProcess implements Started {

    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin");
    private static final int REQUESTS_THAT_SHOW_LEAKS = 200;

    private final Path directory;
    private final Path log;
    private final List<String> starter;
    private final List<String> arguments;
    private final int port = Ports.free();
    private final int managementPort = Ports.free();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private BackgroundProcess process;

    private GatewayProcess(
            List<String> starter, Path directory, URI upstream, Duration freshFor, List<String> arguments) {
        this.directory = directory;
        this.log = directory.resolve("gateway.log");
        this.starter = starter;
        this.arguments = arguments;
        configure(upstream, freshFor);
        this.process = start();
    }

    /**
     * Starts it with an empty cache.
     *
     * @param directory its working directory
     * @param upstream the registry that its route leads to
     * @param freshFor how long a tag is served without asking
     * @param arguments further ones, such as {@code --server.clients.shutdown-delay=1s}
     */
    static GatewayProcess start(Path directory, URI upstream, Duration freshFor, String... arguments) {
        return new GatewayProcess(List.of(), directory, upstream, freshFor, List.of(arguments));
    }

    /** Starts it so that it may have no more than so many files open, sockets included. */
    static GatewayProcess startWithFiles(int limit, Path directory, URI upstream) {
        List<String> starter = List.of("prlimit", "--nofile=" + limit + ":" + limit);
        return new GatewayProcess(starter, directory, upstream, Duration.ofHours(1), List.of());
    }

    /** {@code 127.0.0.1:<port>}. */
    String authority() {
        return "127.0.0.1:" + port;
    }

    URI uri() {
        return URI.create("http://" + authority());
    }

    int port() {
        return port;
    }

    int managementPort() {
        return managementPort;
    }

    BackgroundProcess process() {
        return process;
    }

    /** Ends it and starts it again on what its cache directory holds. */
    void restart() {
        process.close();
        process = start();
    }

    /**
     * Fails if a buffer has leaked since it was first started. A leak is reported when another buffer is allocated after
     * the leaked one was collected: both are brought about.
     */
    void assertNothingLeaked() {
        new Command(JAVA.resolve("jcmd").toString(), Long.toString(process.pid()), "GC.run").print();
        for (int i = 0; i < REQUESTS_THAT_SHOW_LEAKS; i++) {
            Requests.get(http, uri().resolve("/v2/"));
        }
        assertThat(process.lines()).noneMatch(line -> line.contains("LEAK:"));
    }

    @Override
    public void close() {
        process.close();
        http.close();
    }

    private BackgroundProcess start() {
        List<String> command = new ArrayList<>(starter);
        command.addAll(List.of(
                JAVA.resolve("java").toString(),
                "-Xmx256m",
                "-XX:+ExitOnOutOfMemoryError",
                "-Dio.netty.allocator.type=pooled",
                "-Dio.netty.leakDetection.level=paranoid",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-jar",
                Checkout.file("gateway/target/sluice.jar").toString()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().keySet().removeIf(GatewayProcess::configuresTheGateway);
        return BackgroundProcess.start(builder, log).awaitReady(START_LIMIT, this::isReady);
    }

    private static boolean configuresTheGateway(String variable) {
        return variable.startsWith("SLUICE_")
                || variable.startsWith("SPRING_")
                || variable.startsWith("SERVER_")
                || variable.startsWith("MANAGEMENT_");
    }

    /** The value of the first metric whose name and labels begin so. */
    double metric(String beginning) {
        URI metrics = URI.create("http://127.0.0.1:" + managementPort + "/actuator/prometheus");
        String text = new String(Requests.get(http, metrics).body(), StandardCharsets.UTF_8);
        return text.lines()
                .filter(line -> line.startsWith(beginning))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + beginning + " in\n" + text));
    }

    private boolean isReady() {
        URI readiness = URI.create("http://127.0.0.1:" + managementPort + "/actuator/health/readiness");
        return Requests.get(http, readiness).statusCode() == 200;
    }

    private void configure(URI upstream, Duration freshFor) {
        String text = """
                server: {address: 127.0.0.1, port: %d, clients: {shutdown-delay: 0s}}
                management: {server: {port: %d}}
                sluice:
                  cache: {directory: cache}
                  routes:
                    registry:
                      upstream: %s
                      paths: [/docker.io, /reg]
                      namespaces: [docker.io]
                      root: true
                      default-namespace: library
                      tags: {fresh-for: %dms, stale-for: 24h}
                """.formatted(port, managementPort, upstream, freshFor.toMillis());
        try {
            Files.createDirectories(directory.resolve("config"));
            Files.writeString(directory.resolve("config/application.yaml"), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
