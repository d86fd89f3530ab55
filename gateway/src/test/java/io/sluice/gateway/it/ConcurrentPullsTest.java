package io.sluice.gateway.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.Answer;
import io.sluice.testing.Images;
import io.sluice.testing.Images.Content;
import io.sluice.testing.ScriptedUpstream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedGateway.class)
class ConcurrentPullsTest {

    private static final int CLIENTS = 1000;

    private final TestGateway gateway;
    private final ScriptedUpstream upstream;

    ConcurrentPullsTest(TestGateway gateway, ScriptedUpstream upstream) {
        this.gateway = gateway;
        this.upstream = upstream;
    }

    @Test
    @DisplayName("G06, promise 2: 1,000 clients pulling one cold image, half by tag and half by digest, cost one GET")
    void aThousandMixedPullsCostOneGet() {
        Content image = Images.image(Images.layer(100, 70));
        String byDigest = "/v2/library/busy-image/manifests/" + image.digest();
        upstream.manifest("library/busy-image", image, "latest");
        upstream.on("GET", byDigest).awaits("the crowd").responds(Answer.manifest(image));

        try (HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            List<CompletableFuture<HttpResponse<byte[]>>> pulls = IntStream.range(0, CLIENTS)
                    .mapToObj(i -> client.sendAsync(
                            request(i % 2 == 0 ? "latest" : image.digest()), BodyHandlers.ofByteArray()))
                    .toList();
            upstream.awaitReached("the crowd");
            upstream.release("the crowd");

            assertThat(pulls).allSatisfy(pull -> {
                HttpResponse<byte[]> response = pull.join();
                assertThat(response.statusCode()).isEqualTo(200);
                assertThat(response.body()).isEqualTo(image.bytes());
            });
        }
        assertThat(upstream.count("GET " + byDigest)).isEqualTo(1);
        assertThat(upstream.count("GET /v2/library/busy-image/manifests/latest"))
                .isZero();
        assertThat(upstream.count("HEAD /v2/library/busy-image/manifests/latest"))
                .isEqualTo(1);
    }

    @Test
    @DisplayName("G06, promise 2: 200 clients pulling one cold blob at once cost one GET, and get every byte")
    void aCrowdAtABlobCostsOneGet() {
        Content layer = Images.layer(1_000_000, 71);
        String path = "/v2/library/busy-blob/blobs/" + layer.digest();
        upstream.on("GET", path)
                .awaits("the crowd at the blob")
                .respondsWith(asked -> Answer.blob(asked, layer.bytes()));

        try (HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:" + gateway.port() + "/v2/busy-blob/blobs/" + layer.digest()))
                    .timeout(Duration.ofSeconds(60))
                    .build();
            List<CompletableFuture<HttpResponse<byte[]>>> pulls = IntStream.range(0, 200)
                    .mapToObj(i -> client.sendAsync(request, BodyHandlers.ofByteArray()))
                    .toList();
            upstream.awaitReached("the crowd at the blob");
            upstream.release("the crowd at the blob");

            assertThat(pulls).allSatisfy(pull -> {
                HttpResponse<byte[]> response = pull.join();
                assertThat(response.statusCode()).isEqualTo(200);
                assertThat(response.body()).isEqualTo(layer.bytes());
            });
        }
        assertThat(upstream.count("GET " + path)).isEqualTo(1);
    }

    private HttpRequest request(String reference) {
        return HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + gateway.port() + "/v2/busy-image/manifests/" + reference))
                .timeout(Duration.ofSeconds(60))
                .build();
    }
}
