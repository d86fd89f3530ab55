package io.sluice.e2e;

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
import org.awaitility.Awaitility;

/** Debian's {@code docker-registry}: the upstream. It stays on its port and keeps what it holds when it is restarted. */
final class RegistryProcess implements Started {

    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private final Path configuration;
    private final Path log;
    private final int port = Ports.free();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final BackgroundProcess process;

    private RegistryProcess(Path directory) {
        this.configuration = directory.resolve("registry.yml");
        this.log = directory.resolve("registry.log");
        write(directory);
        this.process = start();
    }

    /** Starts an empty registry that keeps everything below the directory. */
    static RegistryProcess start(Path directory) {
        return new RegistryProcess(directory);
    }

    /** {@code 127.0.0.1:<port>}. */
    String authority() {
        return "127.0.0.1:" + port;
    }

    URI uri() {
        return URI.create("http://" + authority());
    }

    /** Builds an image, pushes it under a tag of its own, and returns it. No client and no cache has seen it. */
    PublishedImage publish(ImageKind kind) {
        String tag = UUID.randomUUID().toString();
        PublishedImage published = new PublishedImage(kind.build(tag), kind.repository(), tag);
        new RegistryPush(uri(), http).push(published);
        return published;
    }

    /** What has been asked of it so far, in the order in which the answers ended. */
    List<LoggedRequest> requests() {
        String marker = "/v2/?" + UUID.randomUUID();
        Requests.get(http, uri().resolve(marker));
        Awaitility.await().until(() -> process.output().contains(marker));
        return process.lines().stream()
                .map(LoggedRequest::parse)
                .flatMap(Optional::stream)
                .toList();
    }

    /** Takes it away: its port refuses connections. */
    void stop() {
        process.close();
    }

    @Override
    public void close() {
        process.close();
        http.close();
    }

    private BackgroundProcess start() {
        ProcessBuilder builder = new ProcessBuilder(Program.DOCKER_REGISTRY.path(), "serve", configuration.toString());
        return BackgroundProcess.start(builder, log)
                .awaitReady(
                        START_LIMIT,
                        () -> Requests.get(http, uri().resolve("/v2/")).statusCode() == 200);
    }

    private void write(Path directory) {
        String text = """
                version: 0.1
                log: {level: warn}
                storage: {filesystem: {rootdirectory: %s}}
                http: {addr: "%s", secret: only-for-uploads}
                """.formatted(directory.resolve("registry"), authority());
        try {
            Files.writeString(configuration, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
