package io.sluice.testing.process;

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
import java.util.Map;
import java.util.OptionalDouble;

/** The packaged gateway in a directory of its own. It stays on its ports and keeps its cache when it is restarted. */
public final class GatewayJar implements Started {

    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private final Path jar;
    private final Path directory;
    private final List<String> flags;
    private final Map<String, String> environment;
    private final Words words;
    private final int port = Ports.free();
    private final int managementPort = Ports.free();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private BackgroundProcess process;

    /**
     * What else its command line is made of.
     *
     * @param prefix a program in front that becomes the JVM, such as {@code prlimit}, with its arguments
     * @param arguments behind the jar
     */
    public record Words(List<String> prefix, List<String> arguments) {

        static final Words NONE = new Words(List.of(), List.of());
    }

    /**
     * How it is configured.
     *
     * @param yaml everything but {@code server} and {@code management}
     * @param environment variables on top of that; others that would configure it are taken away
     */
    public record Configuration(String yaml, Map<String, String> environment) {}

    private GatewayJar(Path jar, Path directory, List<String> flags, Configuration configuration, Words words) {
        this.jar = jar;
        this.directory = directory;
        this.flags = flags;
        this.environment = configuration.environment();
        this.words = words;
        configure(configuration.yaml());
        this.process = start();
    }

    /**
     * Starts it with an empty cache.
     *
     * @param jar {@code sluice.jar}
     * @param directory its working directory
     * @param flags of the JVM
     * @param configuration YAML, everything but {@code server} and {@code management}
     */
    public static GatewayJar start(Path jar, Path directory, List<String> flags, String configuration) {
        return start(jar, directory, flags, configuration, Words.NONE);
    }

    /** Starts it with more words on its command line. */
    public static GatewayJar start(Path jar, Path directory, List<String> flags, String configuration, Words words) {
        return new GatewayJar(jar, directory, flags, new Configuration(configuration, Map.of()), words);
    }

    /** Starts it with variables in its environment. */
    public static GatewayJar start(Path jar, Path directory, List<String> flags, Configuration configuration) {
        return new GatewayJar(jar, directory, flags, configuration, Words.NONE);
    }

    /** Where clients ask it. */
    public URI uri() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** Where its health and its metrics are. */
    public URI managementUri() {
        return URI.create("http://127.0.0.1:" + managementPort);
    }

    public long pid() {
        return process.pid();
    }

    /** The one that was started last. */
    public BackgroundProcess process() {
        return process;
    }

    /** The lines that it has printed so far, those before a restart included. */
    public List<String> lines() {
        return process.lines();
    }

    /** Ends it and starts it again on what its cache directory holds. */
    public void restart() {
        process.close();
        process = start();
    }

    /** {@code SIGSTOP}: connections stay, nothing happens. */
    public void freeze() {
        process.signal("STOP");
    }

    /** {@code SIGCONT}. */
    public void thaw() {
        process.signal("CONT");
    }

    /** {@code kill -9}. */
    public void kill() {
        process.signal("KILL");
        process.awaitEnd(START_LIMIT);
    }

    /** The sum of the metrics whose names and labels begin so; there has to be one. */
    public double metric(String beginning) {
        return sum(beginning).orElseThrow(() -> new AssertionError("no metric begins with " + beginning));
    }

    /** The same; 0 where there is none yet, as of what has not happened. */
    public double metricSoFar(String beginning) {
        return sum(beginning).orElse(0);
    }

    private OptionalDouble sum(String beginning) {
        URI metrics = managementUri().resolve("/actuator/prometheus");
        String text = new String(Requests.get(http, metrics).body(), StandardCharsets.UTF_8);
        return text.lines()
                .filter(line -> line.startsWith(beginning))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .reduce(Double::sum);
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            thaw();
        }
        process.close();
        http.close();
    }

    private BackgroundProcess start() {
        List<String> command = new ArrayList<>(words.prefix());
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.addAll(List.of("-jar", jar.toString()));
        command.addAll(words.arguments());
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().keySet().removeIf(GatewayJar::configuresTheGateway);
        builder.environment().putAll(environment);
        return BackgroundProcess.start(builder, directory.resolve("gateway.log"))
                .awaitReady(START_LIMIT, this::isReady);
    }

    private static boolean configuresTheGateway(String variable) {
        return variable.startsWith("SLUICE_")
                || variable.startsWith("SPRING_")
                || variable.startsWith("SERVER_")
                || variable.startsWith("MANAGEMENT_");
    }

    private boolean isReady() {
        return Requests.get(http, managementUri().resolve("/actuator/health/readiness"))
                        .statusCode()
                == 200;
    }

    private void configure(String configuration) {
        String ports = """
                server: {address: 127.0.0.1, port: %d, clients: {shutdown-delay: 0s}}
                management: {server: {port: %d}}
                """.formatted(port, managementPort);
        try {
            Files.createDirectories(directory.resolve("config"));
            Files.writeString(directory.resolve("config/application.yaml"), ports + configuration);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
