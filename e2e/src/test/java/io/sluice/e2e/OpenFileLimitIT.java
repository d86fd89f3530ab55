package io.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.HttpHead;
import io.sluice.testing.Images;
import io.sluice.testing.Images.Content;
import io.sluice.testing.RawClient;
import io.sluice.testing.RawResponse;
import io.sluice.testing.ScriptedUpstream;
import java.io.EOFException;
import java.io.UncheckedIOException;
import java.net.SocketException;
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
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged gateway may have 200 files open, and 320 clients come, each of whom would need two or three. */
class OpenFileLimitIT {

    private static final int FILES = 200;
    private static final int STREAMS = 20;
    private static final int CROWD = 300;
    private static final int SIZE = 1_000_000;

    /** What a client sees of a request that was not taken. */
    private static final int CLOSED = 0;

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final List<RawClient> clients = new ArrayList<>();
    private final ExecutorService pulling = Executors.newVirtualThreadPerTaskExecutor();

    @AfterEach
    void leave() {
        clients.forEach(RawClient::close);
        pulling.close();
    }

    @Test
    @DisplayName("K21 G11: with too few files what is new is shed, what streams ends whole, and then all is as before")
    void whatIsNewIsShedAndWhatStreamsEnds(@TempDir Path directory) throws Exception {
        Content streamed = Images.layer(SIZE, 1);
        Content after = Images.layer(SIZE, 2);
        try (ScriptedUpstream upstream = ScriptedUpstream.start();
                GatewayProcess gateway = GatewayProcess.startWithFiles(FILES, directory, URI.create(upstream.url()))) {
            script(upstream, streamed, after);
            CountDownLatch begun = new CountDownLatch(STREAMS);
            List<CompletableFuture<RawResponse>> streams =
                    all(STREAMS, i -> stream(gateway, "/v2/app/blobs/" + streamed.digest(), begun));
            assertThat(begun.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();

            List<CompletableFuture<Integer>> crowd =
                    all(CROWD, i -> status(gateway, "/v2/crowd/blobs/" + Images.sha256(Images.bytes(8, i))));

            assertThat(crowd).allSatisfy(status -> assertThat(status.get()).isIn(200, 503, CLOSED));
            assertThat(crowd).anySatisfy(status -> assertThat(status.get()).isNotEqualTo(200));
            assertThat(gateway.metric("process_files_open_files")).isLessThanOrEqualTo(FILES);
            upstream.release("the rest");
            assertThat(streams)
                    .allSatisfy(stream -> assertThat(stream.get().body()).isEqualTo(streamed.bytes()));

            clients.forEach(RawClient::reset);
            Awaitility.await()
                    .atMost(LIMIT)
                    .untilAsserted(() -> assertThat(pull(gateway, after).body()).isEqualTo(after.bytes()));
            Awaitility.await().atMost(LIMIT).untilAsserted(() -> assertAtRest(gateway));
            assertThat(gateway.process().lines())
                    .hasSizeLessThan(100 + 3 * CROWD)
                    .noneMatch(line -> line.startsWith("\tat "))
                    .noneMatch(line -> line.contains("LEAK:"));
        }
    }

    private static void script(ScriptedUpstream upstream, Content streamed, Content after) {
        String head = "HTTP/1.1 200 OK\r\nContent-Length: " + SIZE + "\r\n\r\n";
        upstream.on("GET", "/v2/library/app/blobs/" + streamed.digest())
                .sends(head)
                .sends(Arrays.copyOf(streamed.bytes(), SIZE / 2))
                .awaits("the rest")
                .sends(Arrays.copyOfRange(streamed.bytes(), SIZE / 2, SIZE));
        upstream.on("GET", "/v2/library/crowd/blobs/*")
                .sends(head)
                .sends(Images.bytes(SIZE / 2, 3))
                .stalls();
        upstream.blob("library/app", after);
    }

    private static void assertAtRest(GatewayProcess gateway) {
        assertThat(gateway.metric("sluice_upstream_connections{route=\"registry\",state=\"active\"}"))
                .isZero();
        assertThat(gateway.metric("sluice_upstream_connections{route=\"registry\",state=\"pending\"}"))
                .isZero();
        assertThat(gateway.metric("process_files_open_files")).isLessThan(FILES / 2);
    }

    private static RawResponse pull(GatewayProcess gateway, Content blob) {
        try (RawClient client = RawClient.connect(gateway.port())) {
            return client.get("/v2/app/blobs/" + blob.digest());
        }
    }

    private static <T> List<CompletableFuture<T>> all(int count, IntFunction<CompletableFuture<T>> pull) {
        return IntStream.range(0, count).mapToObj(pull).toList();
    }

    private CompletableFuture<RawResponse> stream(GatewayProcess gateway, String path, CountDownLatch begun) {
        RawClient client = connect(gateway);
        return CompletableFuture.supplyAsync(
                () -> {
                    HttpHead head = client.send(RawClient.request("GET", path)).readHead();
                    begun.countDown();
                    return client.readBody(head);
                },
                pulling);
    }

    private CompletableFuture<Integer> status(GatewayProcess gateway, String path) {
        RawClient client = connect(gateway);
        return CompletableFuture.supplyAsync(() -> status(client, path), pulling);
    }

    private static int status(RawClient client, String path) {
        try {
            HttpHead head = client.send(RawClient.request("GET", path)).readHead();
            return Integer.parseInt(head.startLine().split(" ", 3)[1]);
        } catch (UncheckedIOException e) {
            if (e.getCause() instanceof EOFException || e.getCause() instanceof SocketException) {
                return CLOSED;
            }
            throw e;
        }
    }

    private RawClient connect(GatewayProcess gateway) {
        RawClient client = RawClient.connect(gateway.port());
        clients.add(client);
        return client;
    }
}
