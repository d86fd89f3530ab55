package io.sluice.gateway.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testing.Answer;
import io.sluice.testing.Images;
import io.sluice.testing.Images.Content;
import io.sluice.testing.RawClient;
import io.sluice.testing.RawResponse;
import io.sluice.testing.ScriptedUpstream;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A thousand clients, and each wants a blob that nobody else wants. */
class DistinctBlobsTest {

    private static final int CLIENTS = 1000;

    /** How many blobs are fetched from one host at once; the others' turn comes when one of them ends. */
    private static final int AT_ONCE = 128;

    private static final int SIZE = 10_000;
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final ScriptedUpstream upstream = ScriptedUpstream.start();
    private final List<Content> blobs =
            IntStream.range(0, CLIENTS).mapToObj(i -> Images.layer(SIZE, i)).toList();

    @AfterEach
    void close() {
        upstream.close();
    }

    @Test
    @DisplayName(
            "G07: of 1,000 distinct cold blobs at once some are fetched and the rest wait their turn, no tag waits behind")
    void aThousandDistinctBlobsTakeTheirTurns(@TempDir Path directory) {
        Content image = Images.image(blobs.getFirst());
        upstream.manifest("library/many", image, "latest");
        for (Content blob : blobs) {
            upstream.on("GET", "/v2/library/many/blobs/" + blob.digest())
                    .awaits("a tag was answered")
                    .respondsWith(asked -> Answer.blob(asked, blob.bytes()));
        }
        try (TestGateway gateway = TestGateway.inFrontOf(upstream.url(), directory)) {
            List<RawClient> clients = blobs.stream()
                    .map(blob -> RawClient.connect(gateway.port())
                            .send(RawClient.request("GET", "/v2/many/blobs/" + blob.digest())))
                    .toList();
            await().atMost(LIMIT).untilAsserted(() -> assertConnections(gateway, AT_ONCE, CLIENTS - AT_ONCE));

            HttpResponse<byte[]> tag = gateway.head("/v2/many/manifests/latest");
            assertThat(tag.statusCode()).isEqualTo(200);
            assertThat(gateway.get("/v2/many/manifests/latest").body()).isEqualTo(image.bytes());
            assertThat(blobsAskedFor()).isEqualTo(AT_ONCE);
            upstream.release("a tag was answered");

            for (int i = 0; i < CLIENTS; i++) {
                RawResponse response = clients.get(i).read();
                assertThat(response.status()).isEqualTo(200);
                assertThat(response.body()).isEqualTo(blobs.get(i).bytes());
                clients.get(i).close();
            }
            assertThat(blobsAskedFor()).isEqualTo(CLIENTS);
            await().atMost(LIMIT).untilAsserted(() -> assertConnections(gateway, 0, 0));
        }
    }

    private long blobsAskedFor() {
        return upstream.requests().stream()
                .filter(asked -> asked.path().contains("/blobs/"))
                .count();
    }

    private static void assertConnections(TestGateway gateway, int active, int pending) {
        assertThat(gateway.scrape())
                .contains("sluice_upstream_connections{route=\"hub\",state=\"active\"} " + active + ".0")
                .contains("sluice_upstream_connections{route=\"hub\",state=\"pending\"} " + pending + ".0");
    }
}
