package io.sluice.gateway;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.sluice.oci.Digest;
import io.sluice.oci.Digest.Algorithm;
import io.sluice.oci.MediaTypes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.springframework.context.ConfigurableApplicationContext;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.client.HttpClient;
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

    /** Enough for the JVM to see which methods are worth compiling; each is five requests. */
    private static final int ROUNDS = 300;

    /** How many crowds ask for a layer that nobody holds, and once more when it is held. */
    private static final int CROWDS = 60;

    private static final int CROWD = 20;

    /** Bytes: more than is answered from memory, and more than leaves in one piece. */
    private static final int LAYER_LENGTH = 100_000;

    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final int OK = 200;
    private static final byte[] CONFIG = "{}".getBytes(StandardCharsets.UTF_8);
    private static final byte[] LAYER = layer(0);
    private static final byte[] MANIFEST = """
            {"schemaVersion": 2, "mediaType": "%s",
             "config": {"mediaType": "application/vnd.oci.empty.v1+json", "digest": "%s", "size": %d},
             "layers": [{"mediaType": "application/vnd.oci.image.layer.v1.tar", "digest": "%s", "size": %d}]}
            """.formatted(
                    MediaTypes.OCI_MANIFEST, digest(CONFIG), CONFIG.length, digest(LAYER), LAYER.length)
            .getBytes(StandardCharsets.UTF_8);

    private final Map<String, byte[]> blobs = new HashMap<>();
    private final List<String> layers;

    private TrainingRun() {
        this.layers = IntStream.rangeClosed(1, CROWDS)
                .mapToObj(number -> hold(layer(number)))
                .toList();
        hold(CONFIG);
        hold(LAYER);
    }

    public static void main(String[] arguments) throws IOException {
        new TrainingRun().run(Path.of(arguments[0]).toAbsolutePath());
        System.exit(0);
    }

    private void run(Path directory) throws IOException {
        DisposableServer registry = HttpServer.create()
                .host("127.0.0.1")
                .port(0)
                .handle(this::answer)
                .bindNow();
        Files.writeString(directory.resolve("application.yaml"), configuration(directory, registry.port()));
        ConfigurableApplicationContext gateway =
                SluiceApplication.start("--spring.config.location=classpath:/,file:" + directory + "/");
        pull(port(gateway, "server")).then(watch(port(gateway, "management"))).block(LIMIT);
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

    private static int port(ConfigurableApplicationContext gateway, String server) {
        return gateway.getEnvironment().getRequiredProperty("local." + server + ".port", Integer.class);
    }

    // --- the registry

    private String hold(byte[] blob) {
        String digest = digest(blob);
        blobs.put(digest, blob);
        return digest;
    }

    private static byte[] layer(int number) {
        return ByteBuffer.allocate(LAYER_LENGTH).putInt(number).array();
    }

    private static String digest(byte[] content) {
        return Digest.hash(Algorithm.SHA256, content).text();
    }

    private Mono<Void> answer(HttpServerRequest request, HttpServerResponse response) {
        String digest = request.uri().substring(request.uri().lastIndexOf('/') + 1);
        byte[] content = blobs.getOrDefault(digest, MANIFEST);
        return response.header(HttpHeaderNames.CONTENT_TYPE, MediaTypes.OCI_MANIFEST)
                .header(HttpHeaderNames.CONTENT_LENGTH, Integer.toString(content.length))
                .sendByteArray(Mono.just(content))
                .then();
    }

    // --- the clients

    /** One that pulls an image again and again, the first time cold; then crowds. */
    private Mono<Void> pull(int port) {
        HttpClient one = client(HttpClient.create(), port);
        List<String> image = List.of(
                "/v2/",
                "/v2/app/manifests/latest",
                "/v2/app/manifests/" + digest(MANIFEST),
                blob(digest(CONFIG)),
                blob(digest(LAYER)));
        Mono<Void> pulls =
                Flux.range(0, ROUNDS).concatMap(round -> getEach(one, image)).then();
        HttpClient stranger = client(HttpClient.newConnection(), port);
        Mono<Void> crowds = Flux.fromIterable(layers)
                .concatMap(layer -> crowd(stranger, layer).then(crowd(stranger, layer)))
                .then();
        return pulls.then(crowds);
    }

    private static Mono<Void> watch(int port) {
        return getEach(
                client(HttpClient.create(), port), List.of("/actuator/health/readiness", "/actuator/prometheus"));
    }

    private static Mono<Void> crowd(HttpClient stranger, String layer) {
        return Flux.range(0, CROWD)
                .flatMap(i -> get(stranger, blob(layer)), CROWD)
                .then();
    }

    private static Mono<Void> getEach(HttpClient client, List<String> paths) {
        return Flux.fromIterable(paths).concatMap(path -> get(client, path)).then();
    }

    private static String blob(String digest) {
        return "/v2/app/blobs/" + digest;
    }

    private static HttpClient client(HttpClient client, int port) {
        return client.host("127.0.0.1").port(port).headers(TrainingRun::accept);
    }

    private static void accept(HttpHeaders headers) {
        headers.set(HttpHeaderNames.ACCEPT, MediaTypes.OCI_MANIFEST + ", */*");
    }

    private static Mono<Void> get(HttpClient client, String path) {
        return client.get()
                .uri(path)
                .responseSingle((response, body) -> response.status().code() == OK
                        ? body.then()
                        : Mono.<Void>error(new IllegalStateException(path + ": status " + response.status())));
    }
}
