package io.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.process.BackgroundProcess;
import io.sluice.testing.process.Command;
import io.sluice.testing.process.GatewayJar;
import io.sluice.testing.process.Requests;
import io.sluice.testing.process.Started;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The packaged gateway with one route that answers for Docker Hub and leads to a registry of ours. A buffer that it
 * loses is reported in its log.
 */
final class GatewayProcess implements Started {

    private static final Path JCMD = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    private static final int REQUESTS_THAT_SHOW_LEAKS = 200;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final GatewayJar gateway;

    private GatewayProcess(GatewayJar gateway) {
        this.gateway = gateway;
    }

    /**
     * Starts it with an empty cache.
     *
     * @param directory its working directory
     * @param upstream the registry that its route leads to
     * @param freshFor how long a tag is served without asking
     * @param arguments of its own, such as {@code --server.clients.shutdown-delay=1s}
     */
    static GatewayProcess start(Path directory, URI upstream, Duration freshFor, String... arguments) {
        return start(List.of(), directory, List.of(), configuration(upstream, freshFor), List.of(arguments));
    }

    /** Starts it with other flags of the JVM, such as {@code -Xmx64m}, on what its cache directory holds, if anything. */
    static GatewayProcess startWithFlags(List<String> flags, Path directory, URI upstream) {
        return start(List.of(), directory, flags, configuration(upstream, Duration.ofHours(1)), List.of());
    }

    /** Starts it so that it may have no more than so many files open, sockets included. */
    static GatewayProcess startWithFiles(int limit, Path directory, URI upstream) {
        List<String> limited = List.of("prlimit", "--nofile=" + limit + ":" + limit);
        return start(limited, directory, List.of(), configuration(upstream, Duration.ofHours(1)), List.of());
    }

    private static GatewayProcess start(
            List<String> prefix, Path directory, List<String> moreFlags, String configuration, List<String> arguments) {
        List<String> flags = new ArrayList<>(List.of(
                "-Xmx256m",
                "-XX:+ExitOnOutOfMemoryError",
                "-Dio.netty.allocator.type=pooled",
                "-Dio.netty.leakDetection.level=paranoid",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow"));
        flags.addAll(moreFlags);
        Path jar = Checkout.file("gateway/target/sluice.jar");
        return new GatewayProcess(
                GatewayJar.start(jar, directory, flags, configuration, new GatewayJar.Words(prefix, arguments)));
    }

    /** {@code 127.0.0.1:<port>}. */
    String authority() {
        return uri().getAuthority();
    }

    URI uri() {
        return gateway.uri();
    }

    int port() {
        return uri().getPort();
    }

    int managementPort() {
        return gateway.managementUri().getPort();
    }

    BackgroundProcess process() {
        return gateway.process();
    }

    /** The sum of the metrics whose names and labels begin so; there has to be one. */
    double metric(String beginning) {
        return gateway.metric(beginning);
    }

    /** Ends it and starts it again on what its cache directory holds. */
    void restart() {
        gateway.restart();
    }

    /**
     * Fails if a buffer has leaked since it was first started. A leak is reported when another buffer is allocated after
     * the leaked one was collected: both are brought about.
     */
    void assertNothingLeaked() {
        new Command(JCMD.toString(), Long.toString(gateway.pid()), "GC.run").print();
        for (int i = 0; i < REQUESTS_THAT_SHOW_LEAKS; i++) {
            Requests.get(http, uri().resolve("/v2/"));
        }
        assertThat(gateway.lines()).noneMatch(line -> line.contains("LEAK:"));
    }

    @Override
    public void close() {
        gateway.close();
        http.close();
    }

    private static String configuration(URI upstream, Duration freshFor) {
        return """
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
                """.formatted(upstream, freshFor.toMillis());
    }
}
