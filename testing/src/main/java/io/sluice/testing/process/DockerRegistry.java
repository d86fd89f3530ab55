package io.sluice.testing.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Debian's {@code docker-registry}: a registry that can be pushed to, or a proxy of one. */
public final class DockerRegistry implements Started {

    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration LOG_LIMIT = Duration.ofSeconds(30);

    private final int port = Ports.free();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final BackgroundProcess process;

    private DockerRegistry(Path directory, String more) {
        Path configuration = configure(directory, more);
        ProcessBuilder builder = new ProcessBuilder(Program.DOCKER_REGISTRY.path(), "serve", configuration.toString());
        this.process = BackgroundProcess.start(builder, directory.resolve("registry.log"))
                .awaitReady(
                        START_LIMIT,
                        () -> Requests.get(http, uri().resolve("/v2/")).statusCode() == 200);
    }

    /** Starts an empty registry that keeps everything below the directory. */
    public static DockerRegistry start(Path directory) {
        return new DockerRegistry(directory, "");
    }

    /** Starts an empty pull-through proxy of another registry, that keeps everything below the directory. */
    public static DockerRegistry startProxy(Path directory, URI upstream) {
        return new DockerRegistry(directory, "proxy: {remoteurl: \"" + upstream + "\"}\n");
    }

    /** {@code 127.0.0.1:<port>}. */
    public String authority() {
        return "127.0.0.1:" + port;
    }

    public URI uri() {
        return URI.create("http://" + authority());
    }

    public long pid() {
        return process.pid();
    }

    /** A way to push to one of its repositories. */
    public RepositoryUpload uploadTo(String repository) {
        return new RepositoryUpload(uri().resolve("/v2/" + repository + "/"), http);
    }

    /** What has been asked of it so far, in the order in which the answers ended. */
    public List<LoggedRequest> requests() {
        String marker = "/v2/?" + UUID.randomUUID();
        Requests.get(http, uri().resolve(marker));
        if (!process.await(LOG_LIMIT, () -> process.output().contains(marker))) {
            throw new AssertionError("the registry did not log its last request within " + LOG_LIMIT);
        }
        return process.lines().stream()
                .map(LoggedRequest::parse)
                .flatMap(Optional::stream)
                .toList();
    }

    /** Ends it: its port refuses connections. */
    @Override
    public void close() {
        process.close();
        http.close();
    }

    private Path configure(Path directory, String more) {
        String text = """
            version: 0.1
            log: {level: warn}
            storage: {filesystem: {rootdirectory: %s}}
            http: {addr: "%s", secret: only-for-uploads, debug: {addr: "127.0.0.1:%d", prometheus: {enabled: true}}}
            """.formatted(directory.resolve("registry"), authority(), Ports.free());
        try {
            Files.createDirectories(directory);
            return Files.writeString(directory.resolve("registry.yml"), text + more);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
