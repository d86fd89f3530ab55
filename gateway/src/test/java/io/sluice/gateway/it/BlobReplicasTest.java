package io.sluice.gateway.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testing.Answer;
import io.sluice.testing.Images;
import io.sluice.testing.Images.Content;
import io.sluice.testing.ScriptedUpstream;
import io.sluice.testing.process.Ports;
import io.sluice.testing.process.RedisServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Gateways with caches of their own and one Redis, which share the work of fetching blobs. */
class BlobReplicasTest {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String SECRET = "s3cret-0123456789abcdef0123456789";
    private static final String REPOSITORY = "library/alpine";
    private static final int SIZE = 50_000_000;
    private static final int HALF = SIZE / 2;
    private static final int BEGINNING = 1_000_000;

    @TempDir
    private Path directory;

    private final HttpClient clients =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<TestGateway> gateways = new ArrayList<>();
    private ScriptedUpstream upstream;
    private RedisServer redis;

    @BeforeEach
    void start() {
        upstream = ScriptedUpstream.start();
        redis = RedisServer.start(directory.resolve("redis"));
    }

    @AfterEach
    void end() {
        clients.close();
        gateways.forEach(TestGateway::close);
        redis.close();
        upstream.close();
    }

    private TestGateway replica(String name) {
        return replica(name, SECRET);
    }

    private TestGateway replica(String name, String secret) {
        int port = Ports.free();
        TestGateway gateway = TestGateway.start(
                directory.resolve(name),
                "--sluice.redis.url=" + redis.url(),
                "--sluice.cluster.port=" + port,
                "--sluice.cluster.advertised-url=http://127.0.0.1:" + port,
                "--sluice.cluster.secret=" + secret,
                "--sluice.routes.hub.upstream=" + upstream.url(),
                "--sluice.routes.hub.root=true");
        gateways.add(gateway);
        await().atMost(SOON)
                .until(() -> TestGateway.text(gateway.send("GET", gateway.managementPort(), "/actuator/health/redis"))
                        .contains("\"status\":\"UP\""));
        return gateway;
    }

    private static String path(Content blob) {
        return "/v2/" + REPOSITORY + "/blobs/" + blob.digest();
    }

    private int gets(Content blob) {
        return upstream.count("GET " + path(blob));
    }

    /** The upstream stops in the middle of its first answer, and gives whatever it is asked for afterwards. */
    private void stopInTheMiddle(Content blob) {
        upstream.blob(REPOSITORY, blob);
        upstream.on("GET", path(blob))
                .sends("HTTP/1.1 200 OK\r\nContent-Length: " + SIZE + "\r\n\r\n")
                .sends(Arrays.copyOf(blob.bytes(), HALF))
                .awaits("half")
                .sends(Arrays.copyOfRange(blob.bytes(), HALF, SIZE))
                .then()
                .respondsWith(request -> Answer.blob(request, blob.bytes()));
    }

    /**
     * A client that has begun to read.
     *
     * @param all all that it gets
     * @param begun completes when it has the first bytes
     */
    private record Client(CompletableFuture<byte[]> all, CompletableFuture<Boolean> begun) {

        void awaitBegun() {
            begun.orTimeout(SOON.toSeconds(), TimeUnit.SECONDS).join();
        }

        byte[] awaitAll() {
            return all.orTimeout(SOON.toSeconds(), TimeUnit.SECONDS).join();
        }
    }

    private Client client(TestGateway gateway, Content blob) {
        CompletableFuture<Boolean> begun = new CompletableFuture<>();
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port() + path(blob)))
                .build();
        CompletableFuture<byte[]> all = clients.sendAsync(request, BodyHandlers.ofInputStream())
                .thenApplyAsync(response -> read(response, begun));
        return new Client(all, begun);
    }

    private static byte[] read(HttpResponse<InputStream> response, CompletableFuture<Boolean> begun) {
        try (InputStream body = response.body()) {
            byte[] beginning = body.readNBytes(BEGINNING);
            begun.complete(true);
            byte[] rest = body.readAllBytes();
            byte[] all = Arrays.copyOf(beginning, beginning.length + rest.length);
            System.arraycopy(rest, 0, all, beginning.length, rest.length);
            return all;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aColdBlobThatBothWantIsFetchedOnceAndReadByBothWhileItArrives() {
        Content blob = Images.layer(SIZE, 80);
        stopInTheMiddle(blob);
        TestGateway one = replica("one");
        TestGateway two = replica("two");

        Client first = client(one, blob);
        Client second = client(two, blob);
        first.awaitBegun();
        second.awaitBegun();
        assertThat(gets(blob)).isOne();
        upstream.release("half");

        assertThat(first.awaitAll()).isEqualTo(blob.bytes());
        assertThat(second.awaitAll()).isEqualTo(blob.bytes());
        assertThat(gets(blob)).isOne();
        assertThat(one.scrape() + two.scrape())
                .contains("role=\"led\"", "role=\"followed\"")
                .doesNotContain("role=\"alone\"", "role=\"took_over\"");
    }

    /** A blob that a replica holds, as the others know. */
    private Content heldBy(TestGateway replica, int seed) {
        Content blob = Images.layer(3_000_000, seed);
        upstream.blob(REPOSITORY, blob);
        letHold(replica, blob);
        return blob;
    }

    /** Asks a replica for a blob until the others know that it holds it. */
    private void letHold(TestGateway replica, Content blob) {
        await().atMost(SOON).until(() -> {
            replica.get(path(blob));
            return redis.send("KEYS", "sluice:1:holders:*").contains(blob.digest());
        });
    }

    @Test
    void aFinishedBlobComesFromTheReplicaThatHoldsIt() {
        TestGateway one = replica("one");
        TestGateway two = replica("two");
        Content blob = heldBy(one, 81);

        assertThat(two.get(path(blob)).body()).isEqualTo(blob.bytes());
        assertThat(gets(blob)).isOne();
    }

    @Test
    @DisplayName("K07: when Redis has lost everything, a replica that is asked for what it holds says so again")
    void aHolderIsKnownAgainAfterRedisWasFlushed() {
        TestGateway one = replica("one");
        TestGateway two = replica("two");
        Content blob = heldBy(one, 88);

        redis.send("FLUSHALL");
        letHold(one, blob);

        assertThat(two.get(path(blob)).body()).isEqualTo(blob.bytes());
        assertThat(gets(blob)).isOne();
    }

    @Test
    @DisplayName("T11: what a replica holds is nobody's to see before the upstream says yes")
    void bytesOfAReplicaAreNoRight() {
        TestGateway one = replica("one");
        TestGateway two = replica("two");
        Content blob = heldBy(one, 82);

        assertThat(two.get("/v2/other/blobs/" + blob.digest()).statusCode()).isEqualTo(404);
    }

    @Test
    @DisplayName("G03: a leader that is gone in the middle costs one more request, and no client notices")
    void aLeaderThatIsGoneIsReplaced() {
        Content blob = Images.layer(SIZE, 83);
        stopInTheMiddle(blob);
        TestGateway one = replica("one");
        TestGateway two = replica("two");
        Client first = client(one, blob);
        upstream.awaitReached("half");
        first.awaitBegun();
        Client second = client(two, blob);
        second.awaitBegun();
        assertThat(gets(blob)).isOne();

        one.leaveCluster();

        assertThat(second.awaitAll()).isEqualTo(blob.bytes());
        assertThat(gets(blob)).isEqualTo(2);
        upstream.release("half");
        assertThat(first.awaitAll()).isEqualTo(blob.bytes());
        assertThat(two.scrape()).contains("role=\"took_over\"");
    }

    @Test
    void replicasWithDifferentSecretsServeEachFromTheUpstream() {
        Content blob = Images.layer(SIZE, 84);
        stopInTheMiddle(blob);
        TestGateway one = replica("one");
        TestGateway two = replica("two", "another-0123456789abcdef0123456789");
        Client first = client(one, blob);
        first.awaitBegun();

        assertThat(client(two, blob).awaitAll()).isEqualTo(blob.bytes());
        upstream.release("half");
        assertThat(first.awaitAll()).isEqualTo(blob.bytes());
        assertThat(gets(blob)).isEqualTo(2);
        assertThat(one.scrape()).contains("sluice_cluster_requests_total{status=\"401\"} 1.0");
    }

    @Test
    @DisplayName("K01 K02: Redis is killed in the middle of a blob; both clients get it, and later ones too")
    void withoutRedisEachServesByItself() {
        Content blob = Images.layer(SIZE, 85);
        stopInTheMiddle(blob);
        TestGateway one = replica("one");
        TestGateway two = replica("two");
        Client first = client(one, blob);
        first.awaitBegun();
        Client second = client(two, blob);
        second.awaitBegun();

        redis.kill();
        assertThat(second.awaitAll()).isEqualTo(blob.bytes());
        upstream.release("half");
        assertThat(first.awaitAll()).isEqualTo(blob.bytes());

        Content later = Images.layer(1_000_000, 86);
        upstream.blob(REPOSITORY, later);
        assertThat(one.get(path(later)).body()).isEqualTo(later.bytes());
        assertThat(two.get(path(later)).body()).isEqualTo(later.bytes());
    }

    @Test
    void whatIsForTheReplicasIsOnTheirPortAlone() {
        Content blob = Images.layer(1000, 87);
        upstream.blob(REPOSITORY, blob);
        TestGateway one = replica("one");
        one.get(path(blob));

        for (int port : new int[] {one.port(), one.managementPort()}) {
            assertThat(one.send("GET", port, "/v1/held/" + blob.digest()).statusCode())
                    .isEqualTo(404);
        }
    }
}
