package io.sluice.gateway.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.PooledByteBufAllocator;
import io.sluice.testing.Answer;
import io.sluice.testing.Images;
import io.sluice.testing.Images.Content;
import io.sluice.testing.RecordedRequest;
import io.sluice.testing.ScriptedUpstream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A crowd pulls one cold image, manifest, config and layers, from an upstream that wants a token. */
class WholeImageCrowdTest {

    private static final int CLIENTS = 125;
    private static final int LAYERS = 8;
    private static final int SIZE = 1_000_000;
    private static final long MAX_DIRECT = 128L * 1024 * 1024;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final ScriptedUpstream upstream = ScriptedUpstream.start();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Content config = Images.config(80);
    private final List<Content> layers =
            IntStream.range(0, LAYERS).mapToObj(i -> Images.layer(SIZE, 80 + i)).toList();
    private final Content image = Images.imageWithConfig(config, layers.toArray(Content[]::new));
    private final CountDownLatch begun = new CountDownLatch(CLIENTS * LAYERS);

    @AfterEach
    void close() {
        http.close();
        upstream.close();
    }

    @Test
    @DisplayName(
            "G06, promise 2: 1,000 layers that are pulled at once cost one GET each and one token, and little memory")
    void aCrowdOfWholeImagesCostsOneOfEach(@TempDir Path directory) throws Exception {
        script();
        try (TestGateway gateway = TestGateway.inFrontOf(upstream.url(), directory)) {
            List<CompletableFuture<List<String>>> crowd =
                    IntStream.range(0, CLIENTS).mapToObj(i -> pull(gateway)).toList();

            assertThat(begun.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(gateway.scrape())
                    .contains("sluice_flights{flight=\"blob\"} " + LAYERS + ".0")
                    .contains("sluice_blob_store_readers " + CLIENTS * LAYERS + ".0");
            upstream.release("all have begun");

            List<String> digests = layers.stream().map(Content::digest).toList();
            assertThat(crowd)
                    .allSatisfy(pulled -> assertThat(pulled.get(LIMIT.toSeconds(), TimeUnit.SECONDS))
                            .isEqualTo(digests));
            assertOneOfEach();
            Awaitility.await()
                    .atMost(LIMIT)
                    .untilAsserted(() -> assertThat(gateway.scrape())
                            .contains("sluice_flights{flight=\"blob\"} 0.0")
                            .contains("sluice_flights{flight=\"manifest\"} 0.0")
                            .contains("sluice_blob_store_readers 0.0"));
        }
        assertThat(PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory()).isLessThan(MAX_DIRECT);
    }

    private void script() {
        upstream.on("GET", "/token").responds(Answer.json(200, "{\"token\":\"t\",\"expires_in\":300}"));
        guarded("manifests/latest", asked -> Answer.manifest(image));
        guarded("manifests/" + image.digest(), asked -> Answer.manifest(image));
        guarded("blobs/" + config.digest(), asked -> Answer.blob(asked, config.bytes()));
        for (Content layer : layers) {
            upstream.on("GET", path("blobs/" + layer.digest()))
                    .sends("HTTP/1.1 200 OK\r\nContent-Length: " + SIZE + "\r\n\r\n")
                    .sends(Arrays.copyOf(layer.bytes(), SIZE / 2))
                    .awaits("all have begun")
                    .sends(Arrays.copyOfRange(layer.bytes(), SIZE / 2, SIZE));
        }
    }

    private void guarded(String what, Function<RecordedRequest, Answer> answer) {
        Answer challenge = new Answer(
                401,
                Map.of("WWW-Authenticate", "Bearer realm=\"" + upstream.url() + "/token\",service=\"s\""),
                new byte[0]);
        Function<RecordedRequest, Answer> guarded = asked -> isAuthorized(asked) ? answer.apply(asked) : challenge;
        upstream.on("GET", path(what)).respondsWith(guarded);
        upstream.on("HEAD", path(what)).respondsWith(guarded);
    }

    private static String path(String what) {
        return "/v2/library/crowded/" + what;
    }

    private static boolean isAuthorized(RecordedRequest asked) {
        return asked.header("Authorization").filter("Bearer t"::equals).isPresent();
    }

    private void assertOneOfEach() {
        assertThat(upstream.count("GET /token")).isEqualTo(1);
        assertThat(upstream.requests().stream()
                        .filter(WholeImageCrowdTest::isAuthorized)
                        .map(asked -> asked.method() + " " + asked.path()))
                .containsExactlyInAnyOrderElementsOf(expected());
    }

    private List<String> expected() {
        return IntStream.range(0, LAYERS + 3)
                .mapToObj(i -> switch (i) {
                    case 0 -> "HEAD " + path("manifests/latest");
                    case 1 -> "GET " + path("manifests/" + image.digest());
                    case 2 -> "GET " + path("blobs/" + config.digest());
                    default -> "GET " + path("blobs/" + layers.get(i - 3).digest());
                })
                .toList();
    }

    /** The digests of what one client got of the layers, which it pulls all at once. */
    private CompletableFuture<List<String>> pull(TestGateway gateway) {
        return send(gateway, "manifests/latest", BodyHandlers.ofByteArray())
                .thenAccept(manifest -> assertThat(manifest).isEqualTo(image.bytes()))
                .thenCompose(manifest -> send(gateway, "blobs/" + config.digest(), BodyHandlers.ofByteArray()))
                .thenAccept(blob -> assertThat(blob).isEqualTo(config.bytes()))
                .thenCompose(blob -> pullLayers(gateway));
    }

    private CompletableFuture<List<String>> pullLayers(TestGateway gateway) {
        List<CompletableFuture<String>> pulls = layers.stream()
                .map(layer -> send(gateway, "blobs/" + layer.digest(), hashing()))
                .toList();
        return CompletableFuture.allOf(pulls.toArray(CompletableFuture[]::new))
                .thenApply(all -> pulls.stream().map(CompletableFuture::join).toList());
    }

    private <T> CompletableFuture<T> send(TestGateway gateway, String what, BodyHandler<T> body) {
        URI uri = URI.create("http://127.0.0.1:" + gateway.port() + "/v2/crowded/" + what);
        return http.sendAsync(HttpRequest.newBuilder(uri).timeout(LIMIT).build(), body)
                .thenApply(HttpResponse::body);
    }

    /** Of a body that is not held in memory: the clients have no more of it than the gateway. */
    private BodyHandler<String> hashing() {
        return head -> {
            begun.countDown();
            MessageDigest hash = sha256();
            return BodySubscribers.mapping(
                    BodySubscribers.ofByteArrayConsumer(part -> part.ifPresent(hash::update)),
                    end -> "sha256:" + HexFormat.of().formatHex(hash.digest()));
        };
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has it", e);
        }
    }
}
