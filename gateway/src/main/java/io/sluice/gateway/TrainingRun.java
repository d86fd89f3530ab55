package io.sluice.gateway;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.sluice.oci.Digest;
import io.sluice.oci.Digest.Algorithm;
import io.sluice.oci.MediaTypes;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.springframework.context.ConfigurableApplicationContext;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/**
 * A program that starts the gateway, pulls through it from a registry of its own, and ends, so that a JVM that is told to
 * ({@code -XX:AOTCacheOutput}) keeps what it has loaded and learnt for later starts. It blocks, needs no network but the
 * loopback, and writes nothing but below the directory that is its argument, which has to be empty.
 *
 * @see <a href="https://openjdk.org/jeps/483">JEP 483</a>, and JEP 515
 */
public final class TrainingRun {

    /** Enough for the JVM to see which methods are worth compiling; each is three pulls. */
    private static final int ROUNDS = 300;

    private static final int LIMIT_MILLIS = 10_000;
    private static final int OK = 200;
    private static final byte[] LAYER = "a layer".getBytes(StandardCharsets.UTF_8);
    private static final byte[] MANIFEST = """
            {"schemaVersion": 2, "mediaType": "%s",
             "config": {"mediaType": "application/vnd.oci.empty.v1+json", "digest": "%s", "size": 2},
             "layers": [{"mediaType": "application/vnd.oci.image.layer.v1.tar", "digest": "%s", "size": %d}]}
            """.formatted(
                    MediaTypes.OCI_MANIFEST, digest("{}".getBytes(StandardCharsets.UTF_8)), digest(LAYER), LAYER.length)
            .getBytes(StandardCharsets.UTF_8);

    private TrainingRun() {}

    public static void main(String[] arguments) throws IOException {
        Path directory = Path.of(arguments[0]).toAbsolutePath();
        DisposableServer registry = HttpServer.create()
                .host("127.0.0.1")
                .port(0)
                .handle(TrainingRun::answer)
                .bindNow();
        Files.writeString(directory.resolve("application.yaml"), configuration(directory, registry.port()));
        ConfigurableApplicationContext gateway =
                SluiceApplication.start("--spring.config.location=classpath:/,file:" + directory + "/");
        pull(port(gateway, "server"), port(gateway, "management"));
        System.exit(0);
    }

    /** The second route has its TLS looked at, and finds none. */
    private static String configuration(Path directory, int registry) {
        return """
                server: {address: 127.0.0.1, port: 0, clients: {shutdown-delay: 0s}}
                management.server.port: 0
                sluice:
                  cache: {directory: "%s"}
                  routes:
                    plain: {upstream: "http://127.0.0.1:%d", root: true, tags: {fresh-for: 1h}}
                    tls: {upstream: "https://127.0.0.1:%d", paths: [/tls]}
                """.formatted(directory.resolve("cache"), registry, registry);
    }

    private static Mono<Void> answer(HttpServerRequest request, HttpServerResponse response) {
        byte[] content = request.uri().contains("/manifests/") ? MANIFEST : LAYER;
        return response.header(HttpHeaderNames.CONTENT_TYPE, MediaTypes.OCI_MANIFEST)
                .header(HttpHeaderNames.CONTENT_LENGTH, Integer.toString(content.length))
                .sendByteArray(Mono.just(content))
                .then();
    }

    private static int port(ConfigurableApplicationContext gateway, String server) {
        return gateway.getEnvironment().getRequiredProperty("local." + server + ".port", Integer.class);
    }

    /** The first round is cold; the others are hits. */
    private static void pull(int port, int management) throws IOException {
        List<String> pulls = List.of(
                "/v2/",
                "/v2/app/manifests/latest",
                "/v2/app/manifests/" + digest(MANIFEST),
                "/v2/app/blobs/" + digest(LAYER));
        for (int round = 0; round < ROUNDS; round++) {
            for (String pull : pulls) {
                get(port, pull);
            }
        }
        get(management, "/actuator/health/readiness");
        get(management, "/actuator/prometheus");
    }

    private static void get(int port, String path) throws IOException {
        URI uri = URI.create("http://127.0.0.1:" + port + path);
        HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
        connection.setConnectTimeout(LIMIT_MILLIS);
        connection.setReadTimeout(LIMIT_MILLIS);
        connection.setRequestProperty("Accept", MediaTypes.OCI_MANIFEST + ", */*");
        if (connection.getResponseCode() != OK) {
            throw new IOException(uri + ": status " + connection.getResponseCode());
        }
        try (InputStream body = connection.getInputStream()) {
            body.readAllBytes();
        }
    }

    private static String digest(byte[] content) {
        return Digest.hash(Algorithm.SHA256, content).text();
    }
}
