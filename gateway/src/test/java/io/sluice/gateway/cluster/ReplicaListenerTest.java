package io.sluice.gateway.cluster;

import static io.sluice.gateway.cluster.ReplicaRig.LIMIT;
import static io.sluice.gateway.cluster.ReplicaRig.append;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.cache.blob.BlobWriter;
import io.sluice.cache.replica.BlobLease;
import io.sluice.gateway.cluster.BlobQuery.Extent;
import io.sluice.gateway.cluster.ReplicaException.Reason;
import io.sluice.testing.Images;
import io.sluice.testing.Images.Content;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

class ReplicaListenerTest {

    private static final int SIZE = 1_000_000;
    private static final int HALF = SIZE / 2;

    private final Content blob = Images.layer(SIZE, 60);

    @TempDir
    private Path directory;

    private ReplicaRig rig;

    @BeforeEach
    void start() {
        rig = new ReplicaRig(directory);
    }

    @AfterEach
    void end() {
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(rig.blobs().usage().readers()).isZero());
        rig.close();
    }

    /** A lease that nobody takes away. */
    private static final class Firm implements BlobLease {

        @Override
        public Mono<Void> renewing() {
            return Mono.never();
        }

        @Override
        public Mono<Void> release() {
            return Mono.empty();
        }
    }

    private static byte[] got(CompletableFuture<byte[]> fetch) {
        return fetch.orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS).join();
    }

    private static Reason reason(CompletableFuture<byte[]> fetch) {
        return Objects.requireNonNull(fetch.handle((bytes, failure) -> failure instanceof ReplicaException told
                        ? told.reason()
                        : fail("it got " + (failure == null ? bytes.length + " bytes" : failure)))
                .orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS)
                .join());
    }

    private static Reason fail(String what) {
        throw new AssertionError(what);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, HALF, SIZE - 1})
    void aHeldBlobIsSentFromAnyByteOn(int from) {
        rig.hold(blob);

        assertThat(got(rig.fetch(Extent.HELD, blob, from))).isEqualTo(Arrays.copyOfRange(blob.bytes(), from, SIZE));
        assertThat(got(rig.fetch(Extent.LED, blob, from))).isEqualTo(Arrays.copyOfRange(blob.bytes(), from, SIZE));
    }

    @Test
    void anEmptyBlobIsSentToo() {
        Content empty = Images.layer(0, 61);
        rig.hold(empty);

        assertThat(got(rig.fetch(Extent.HELD, empty, 0))).isEmpty();
    }

    @Test
    void whatIsNotThereIsAbsent() {
        assertThat(reason(rig.fetch(Extent.HELD, blob, 0))).isEqualTo(Reason.ABSENT);
        assertThat(reason(rig.fetch(Extent.LED, blob, 0))).isEqualTo(Reason.ABSENT);
        assertThat(rig.requests(404)).isEqualTo(2);
    }

    @Test
    void aByteBehindTheEndIsAFailure() {
        rig.hold(blob);

        assertThat(reason(rig.fetch(Extent.HELD, blob, SIZE))).isEqualTo(Reason.BROKEN);
    }

    @ParameterizedTest
    @ValueSource(longs = {SIZE, -1})
    void aBlobThatIsLedStreamsWhileItArrives(long announced) {
        Lead lead = rig.leads().begin(ReplicaRig.digest(blob));
        ByteArrayOutputStream first = new ByteArrayOutputStream();
        CompletableFuture<byte[]> early = rig.fetch(rig.client(ReplicaRig.SECRET), Extent.LED, blob, 0, first);
        lead.won(new Firm());
        BlobWriter writer = rig.arriving(blob, announced, HALF);
        lead.offer(() -> Mono.fromSupplier(writer::reader));
        CompletableFuture<byte[]> rest = rig.fetch(Extent.LED, blob, HALF);

        await().atMost(LIMIT).until(() -> first.size() >= HALF - 64 * 1024);
        assertThat(first.size()).as("the tail is held back").isLessThanOrEqualTo(HALF);
        assertThat(early).isNotDone();
        append(writer, blob, HALF, SIZE);
        writer.commit().block(LIMIT);

        assertThat(got(early)).isEqualTo(blob.bytes());
        assertThat(got(rest)).isEqualTo(Arrays.copyOfRange(blob.bytes(), HALF, SIZE));
        lead.end();
    }

    @Test
    void aBlobThatIsArrivingAndNotLedIsAbsent() {
        BlobWriter writer = rig.arriving(blob, SIZE, HALF);

        assertThat(reason(rig.fetch(Extent.LED, blob, 0))).isEqualTo(Reason.ABSENT);
        Lead lead = rig.leads().begin(ReplicaRig.digest(blob));
        lead.won(new Firm());
        lead.offer(() -> Mono.fromSupplier(writer::reader));
        assertThat(reason(rig.fetch(Extent.HELD, blob, 0))).isEqualTo(Reason.ABSENT);
        lead.end();
        assertThat(reason(rig.fetch(Extent.LED, blob, 0))).isEqualTo(Reason.ABSENT);
        writer.abort(new IllegalStateException("enough"));
    }

    @Test
    void whoWaitsForALeadThatComesToNothingIsTold() {
        Lead lead = rig.leads().begin(ReplicaRig.digest(blob));
        CompletableFuture<byte[]> waiting = rig.fetch(Extent.LED, blob, 0);
        await().atMost(LIMIT).until(() -> rig.listener().connections() == 1);
        lead.end();

        assertThat(reason(waiting)).isEqualTo(Reason.ABSENT);
    }

    @ParameterizedTest
    @ValueSource(longs = {SIZE, -1})
    @DisplayName("T01: a body that does not go on is never ended, with and without a length")
    void aFailedFetchIsAborted(long announced) {
        BlobWriter writer = rig.arriving(blob, announced, HALF);
        Lead lead = rig.leads().begin(ReplicaRig.digest(blob));
        lead.won(new Firm());
        lead.offer(() -> Mono.fromSupplier(writer::reader));
        ByteArrayOutputStream first = new ByteArrayOutputStream();
        CompletableFuture<byte[]> following = rig.fetch(rig.client(ReplicaRig.SECRET), Extent.LED, blob, 0, first);
        await().atMost(LIMIT).until(() -> first.size() >= HALF - 64 * 1024);

        writer.abort(new IllegalStateException("the upstream is gone"));

        assertThat(reason(following)).isEqualTo(Reason.BROKEN);
        lead.end();
    }

    @Test
    void whoLeavesWhileItWaitsLeavesNothingBehind() {
        BlobWriter writer = rig.arriving(blob, SIZE, HALF);
        Lead lead = rig.leads().begin(ReplicaRig.digest(blob));
        lead.won(new Firm());
        lead.offer(() -> Mono.fromSupplier(writer::reader));
        ReplicaClient leaving = rig.client(ReplicaRig.SECRET);
        ByteArrayOutputStream first = new ByteArrayOutputStream();
        Disposable following = rig.ask(leaving, Extent.LED, blob, 0, first).subscribe();
        await().atMost(LIMIT).until(() -> first.size() > 0);

        following.dispose();

        await().atMost(LIMIT).until(() -> writer.readers() == 0);
        writer.abort(new IllegalStateException("enough"));
        lead.end();
        leaving.dispose();
    }

    @Test
    @DisplayName("T30: who does not know the secret learns nothing")
    void anotherSecretIsRefused() {
        rig.hold(blob);
        ReplicaClient stranger = rig.client(new ClusterSecret("another-0123456789abcdef0123456789"));

        assertThat(reason(rig.fetch(stranger, Extent.HELD, blob, 0, new ByteArrayOutputStream())))
                .isEqualTo(Reason.REFUSED);
        assertThat(rig.requests(401)).isOne();
        stranger.dispose();
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /v1/held/DIGEST, ''",
        "GET, /v1/held/DIGEST, Sluice-HMAC-SHA256 00",
        "GET, /, ''",
        "GET, /actuator/health, ''",
        "GET, /v2/, ''",
        "POST, /v1/held/DIGEST, ''"
    })
    @DisplayName("T30: without a signature every request is answered alike")
    void nothingIsServedWithoutASignature(String method, String path, String authorization) throws Exception {
        rig.hold(blob);
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(rig.url() + path.replace("DIGEST", blob.digest())))
                .method(method, HttpRequest.BodyPublishers.noBody());
        if (!authorization.isEmpty()) {
            request.header("Authorization", authorization);
        }
        try (HttpClient stranger =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            var response = stranger.send(request.build(), BodyHandlers.ofByteArray());
            assertThat(response.statusCode()).isEqualTo(401);
            assertThat(response.body()).isEmpty();
            assertThat(response.headers().map()).containsOnlyKeys("content-length");
        }
    }

    @Test
    void nobodyThereIsAFailure() {
        rig.listener().close();

        assertThat(reason(rig.fetch(Extent.HELD, blob, 0))).isEqualTo(Reason.BROKEN);
    }
}
