package io.sluice.e2e.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.Answer;
import io.sluice.testing.Images.Content;
import io.sluice.testing.RawClient;
import io.sluice.testing.RawResponse;
import io.sluice.testing.RecordedRequest;
import io.sluice.testing.ScriptedUpstream;
import io.sluice.testing.process.GatewayJar;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * A manifest or a blob of which the upstream sends one half, to the first who asks and to the second, and the other when it
 * is told to. Who comes later gets all of it.
 *
 * @param kind the manifest or the last layer
 * @param upstream who has it
 * @param image what it is of
 */
record HeldContent(Kind kind, ScriptedUpstream upstream, FleetImage image) {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    enum Kind {
        MANIFEST,
        BLOB
    }

    /** Holds back the manifest or the last layer of an image. */
    static HeldContent of(Kind kind, FleetImage image, ScriptedUpstream upstream) {
        HeldContent held = new HeldContent(kind, upstream, image);
        held.script();
        return held;
    }

    Content content() {
        return switch (kind) {
            case MANIFEST -> image.manifest();
            case BLOB -> image.blobs().getLast();
        };
    }

    String path() {
        return switch (kind) {
            case MANIFEST -> image.manifestPath(content().digest());
            case BLOB -> image.blobPath(content());
        };
    }

    /** Under which Redis has the lease of who fetches it. */
    String leaseKey() {
        String digest = "{" + content().digest() + "}";
        return switch (kind) {
            case MANIFEST -> "sluice:1:lease:" + digest;
            case BLOB -> "sluice:1:lease:blob:" + digest;
        };
    }

    private void script() {
        upstream.on("GET", path())
                .sendsFor(request -> half(request, true))
                .awaits(barrier(1))
                .sendsFor(request -> half(request, false))
                .then()
                .sendsFor(request -> half(request, true))
                .awaits(barrier(2))
                .sendsFor(request -> half(request, false))
                .then()
                .respondsWith(this::answer);
        upstream.on("HEAD", path()).respondsWith(this::answer);
    }

    private Answer answer(RecordedRequest request) {
        return switch (kind) {
            case MANIFEST -> Answer.manifest(content());
            case BLOB -> Answer.blob(request, content().bytes());
        };
    }

    /** The head and half of the body, of all or of the range that is asked for; or the rest. */
    private byte[] half(RecordedRequest request, boolean first) {
        Answer answer = answer(request);
        byte[] head = answer.head().getBytes(StandardCharsets.ISO_8859_1);
        byte[] all = Arrays.copyOf(head, head.length + answer.body().length);
        System.arraycopy(answer.body(), 0, all, head.length, answer.body().length);
        int middle = head.length + answer.body().length / 2;
        return first ? Arrays.copyOf(all, middle) : Arrays.copyOfRange(all, middle, all.length);
    }

    private String barrier(int asker) {
        return path() + " " + asker;
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
        return upstream.count("GET " + path());
    }

    /** Begins to pull it. */
    CompletableFuture<RawResponse> pullFrom(GatewayJar replica, Executor clients) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try (RawClient client = RawClient.connect(replica.uri().getPort())) {
                        return client.get(path());
                    }
                },
                clients);
    }

    /** Waits for a pull to end as it should. */
    void assertRight(CompletableFuture<RawResponse> pull) {
        assertThat(pull).succeedsWithin(LIMIT).satisfies(response -> {
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.isComplete()).isTrue();
            assertThat(response.body()).isEqualTo(content().bytes());
        });
    }
}
