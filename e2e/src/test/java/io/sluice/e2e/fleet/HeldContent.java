package io.sluice.e2e.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.Answer;
import io.sluice.testing.Images.Content;
import io.sluice.testing.RawClient;
import io.sluice.testing.RawResponse;
import io.sluice.testing.ScriptedUpstream;
import io.sluice.testing.process.GatewayJar;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * A manifest or a blob of which the upstream sends one half, to the first who asks and to the second, and the other when it
 * is told to. Who comes later gets all of it.
 *
 * @param upstream who has it
 * @param path where it is
 * @param content what it is
 */
record HeldContent(ScriptedUpstream upstream, String path, Content content) {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    enum Kind {
        MANIFEST,
        BLOB;

        /** Those that are fetched once for all replicas. */
        static List<Kind> shared() {
            return Shared.BLOBS ? List.of(values()) : List.of(MANIFEST);
        }
    }

    /** Holds back the manifest or the last layer of an image. */
    static HeldContent of(Kind kind, FleetImage image, ScriptedUpstream upstream) {
        HeldContent held = switch (kind) {
            case MANIFEST -> {
                Content manifest = image.manifest();
                yield new HeldContent(upstream, image.manifestPath(manifest.digest()), manifest);
            }
            case BLOB -> {
                Content layer = image.blobs().getLast();
                yield new HeldContent(upstream, image.blobPath(layer), layer);
            }
        };
        held.script();
        return held;
    }

    private void script() {
        byte[] bytes = content.bytes();
        String head = """
                HTTP/1.1 200 OK\r
                Content-Type: %s\r
                Docker-Content-Digest: %s\r
                Content-Length: %d\r
                \r
                """.formatted(content.mediaType(), content.digest(), bytes.length);
        byte[] first = Arrays.copyOf(bytes, bytes.length / 2);
        byte[] second = Arrays.copyOfRange(bytes, bytes.length / 2, bytes.length);
        upstream.on("GET", path)
                .sends(head)
                .sends(first)
                .awaits(barrier(1))
                .sends(second)
                .then()
                .sends(head)
                .sends(first)
                .awaits(barrier(2))
                .sends(second)
                .then()
                .respondsWith(request -> Answer.blob(request, bytes));
        upstream.on("HEAD", path).responds(Answer.manifest(content));
    }

    private String barrier(int asker) {
        return path + " " + asker;
    }

    /** Waits until the upstream has sent the first half to the first or second who asks. */
    void awaitHalfSentTo(int asker) {
        upstream.awaitReached(barrier(asker));
    }

    /** Sends the second half. */
    void sendRestTo(int asker) {
        upstream.release(barrier(asker));
    }

    /** Sends the second half to everyone. */
    void sendRest() {
        sendRestTo(1);
        sendRestTo(2);
    }

    int gets() {
        return upstream.count("GET " + path);
    }

    /** Begins to pull it. */
    CompletableFuture<RawResponse> pullFrom(GatewayJar replica, Executor clients) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try (RawClient client = RawClient.connect(replica.uri().getPort())) {
                        return client.get(path);
                    }
                },
                clients);
    }

    /** Waits for a pull to end as it should. */
    void assertRight(CompletableFuture<RawResponse> pull) {
        assertThat(pull).succeedsWithin(LIMIT).satisfies(response -> {
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.isComplete()).isTrue();
            assertThat(response.body()).isEqualTo(content.bytes());
        });
    }
}
