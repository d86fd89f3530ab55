package io.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.HttpHead;
import io.sluice.testing.Images;
import io.sluice.testing.Images.Content;
import io.sluice.testing.RawClient;
import io.sluice.testing.RawResponse;
import io.sluice.testing.RawResponse.Ending;
import io.sluice.testing.ScriptedUpstream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged gateway is told to end. */
class SigtermIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int SIZE = 1_000_000;

    private final List<RawClient> clients = new ArrayList<>();
    private final ExecutorService pulling = Executors.newVirtualThreadPerTaskExecutor();

    @Test
    @DisplayName(
            "G01: SIGTERM during 200 pulls: not ready, then closed; what ends in the window is whole, the rest is not; 0")
    void pullsEndWholeOrNotAtAll(@TempDir Path directory) throws Exception {
        Content ends = Images.layer(SIZE, 1);
        Content hangs = Images.layer(SIZE, 2);
        Content endless = Images.layer(SIZE, 3);
        Content image = Images.image(ends);
        try (ScriptedUpstream upstream = ScriptedUpstream.start();
                GatewayProcess gateway = gateway(
                        directory,
                        upstream,
                        "--server.clients.shutdown-delay=4s",
                        "--spring.lifecycle.timeout-per-shutdown-phase=6s")) {
            script(upstream, ends, hangs, endless);
            upstream.manifest("library/app", image, "latest");
            get(gateway.port(), "/v2/app/manifests/latest");
            CountDownLatch begun = new CountDownLatch(200);
            List<CompletableFuture<RawResponse>> ending = pull(100, gateway, ends, begun);
            List<CompletableFuture<RawResponse>> left = new ArrayList<>(pull(50, gateway, hangs, begun));
            left.addAll(pull(50, gateway, endless, begun));
            assertThat(begun.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();

            gateway.process().signal("TERM");

            Awaitility.await().atMost(LIMIT).until(() -> readiness(gateway) == 503);
            assertThat(get(gateway.port(), "/v2/").header("Connection")).contains("close");
            Awaitility.await().atMost(LIMIT).until(() -> refusesConnections(gateway.port()));
            upstream.release("the rest");
            assertThat(ending).allSatisfy(pull -> {
                assertThat(pull.get().isComplete()).isTrue();
                assertThat(pull.get().body()).isEqualTo(ends.bytes());
            });
            assertThat(readiness(gateway)).isEqualTo(503);
            assertThat(left).allSatisfy(pull -> assertThat(pull.get().ending()).isEqualTo(Ending.RESET));
            assertThat(gateway.process().awaitEnd(LIMIT)).isZero();
            assertThat(gateway.process().lines()).noneMatch(line -> line.contains("LEAK:"));

            gateway.restart();
            assertThat(get(gateway.port(), "/v2/app/manifests/latest").header("Cache-Status"))
                    .contains("sluice; hit");
        } finally {
            clients.forEach(RawClient::close);
            pulling.close();
        }
    }

    @Test
    @DisplayName("G01: SIGINT, as of a terminal, does not wait for load balancers, and the exit code is 0 too")
    void anInterruptDoesNotWait(@TempDir Path directory) {
        try (ScriptedUpstream upstream = ScriptedUpstream.start();
                GatewayProcess gateway = gateway(directory, upstream, "--server.clients.shutdown-delay=1h")) {
            gateway.process().signal("INT");

            assertThat(gateway.process().awaitEnd(LIMIT)).isZero();
        }
    }

    @Test
    @DisplayName("G01: a second SIGTERM ends it at once, and the exit code says that it was cut short")
    void aSecondSignalEndsItAtOnce(@TempDir Path directory) {
        try (ScriptedUpstream upstream = ScriptedUpstream.start();
                GatewayProcess gateway = gateway(directory, upstream, "--server.clients.shutdown-delay=1h")) {
            gateway.process().signal("TERM");
            Awaitility.await().atMost(LIMIT).until(() -> readiness(gateway) == 503);
            gateway.process().signal("TERM");

            assertThat(gateway.process().awaitEnd(LIMIT)).isEqualTo(143);
        }
    }

    private static GatewayProcess gateway(Path directory, ScriptedUpstream upstream, String... arguments) {
        return GatewayProcess.start(directory, URI.create(upstream.url()), Duration.ofHours(1), arguments);
    }

    /** One that waits half-way, one that never goes on, and one of which nobody says how long it is. */
    private static void script(ScriptedUpstream upstream, Content ends, Content hangs, Content endless) {
        String head = "HTTP/1.1 200 OK\r\nContent-Length: " + SIZE + "\r\n\r\n";
        upstream.on("GET", path("library/", ends))
                .sends(head)
                .sends(Arrays.copyOf(ends.bytes(), SIZE / 2))
                .awaits("the rest")
                .sends(Arrays.copyOfRange(ends.bytes(), SIZE / 2, SIZE));
        upstream.on("GET", path("library/", hangs))
                .sends(head)
                .sends(Arrays.copyOf(hangs.bytes(), SIZE / 2))
                .stalls();
        upstream.on("GET", path("library/", endless))
                .sends("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(SIZE) + "\r\n")
                .sends(Arrays.copyOf(endless.bytes(), SIZE / 2))
                .stalls();
    }

    private static String path(String namespace, Content blob) {
        return "/v2/" + namespace + "app/blobs/" + blob.digest();
    }

    private List<CompletableFuture<RawResponse>> pull(
            int count, GatewayProcess gateway, Content blob, CountDownLatch begun) {
        return IntStream.range(0, count)
                .mapToObj(i -> pull(gateway, blob, begun))
                .toList();
    }

    private CompletableFuture<RawResponse> pull(GatewayProcess gateway, Content blob, CountDownLatch begun) {
        RawClient client = RawClient.connect(gateway.port());
        clients.add(client);
        return CompletableFuture.supplyAsync(
                () -> {
                    HttpHead head = client.send(RawClient.request("GET", path("", blob)))
                            .readHead();
                    begun.countDown();
                    return client.readBody(head);
                },
                pulling);
    }

    private static int readiness(GatewayProcess gateway) {
        return get(gateway.managementPort(), "/actuator/health/readiness").status();
    }

    private static RawResponse get(int port, String path) {
        try (RawClient client = RawClient.connect(port)) {
            return client.get(path);
        }
    }

    private static boolean refusesConnections(int port) {
        try {
            RawClient.connect(port).reset();
            return false;
        } catch (UncheckedIOException e) {
            return true;
        }
    }
}
