package io.sluice.gateway.it;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.sluice.testing.Answer;
import io.sluice.testing.Images;
import io.sluice.testing.Images.Content;
import io.sluice.testing.RawClient;
import io.sluice.testing.RawResponse;
import io.sluice.testing.ScriptedUpstream;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class BlobFaultsOverHttpTest {

    private static final int SIZE = 8_000_000;

    private final ScriptedUpstream upstream = ScriptedUpstream.start();
    private final Content blob = Images.layer(SIZE, 60);
    private TestGateway gateway;

    @BeforeEach
    void start(@TempDir Path directory) {
        gateway = TestGateway.start(
                directory,
                "--sluice.routes.hub.upstream=" + upstream.url(),
                "--sluice.routes.hub.root=true",
                "--sluice.cache.max-size=5MB");
    }

    @AfterEach
    void close() {
        gateway.close();
        upstream.close();
    }

    private static String path(String repository, Content blob) {
        return "/v2/" + repository + "/blobs/" + blob.digest();
    }

    @Test
    @DisplayName("K12: there is no more room in the middle of a blob, and every client gets a whole and verified body")
    void noRoomInTheMiddleIsNotNoticed() {
        upstream.on("GET", path("a/b", blob))
                .awaits("clients")
                .sends("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(SIZE) + "\r\n")
                .sends(blob.bytes())
                .sends("\r\n0\r\n\r\n")
                .then()
                .respondsWith(request -> Answer.blob(request, blob.bytes()));

        List<RawClient> clients = Stream.generate(() -> RawClient.connect(gateway.port()))
                .limit(5)
                .map(client -> client.send(RawClient.request("GET", path("a/b", blob))))
                .toList();
        upstream.awaitReached("clients");
        upstream.release("clients");

        for (RawClient client : clients) {
            RawResponse response = client.read();
            assertThat(response.isComplete()).isTrue();
            assertThat(response.body()).isEqualTo(blob.bytes());
            client.close();
        }
        assertThat(upstream.requests().getLast().header("Range"))
                .hasValueSatisfying(range -> assertThat(range).matches("bytes=[1-9]\\d+-"));
    }

    @Test
    @DisplayName("G15: a blob larger than the whole cache passes through, and ranges of it as well")
    void aBlobLargerThanTheCachePassesThrough() {
        upstream.blob("a/b", blob);

        HttpResponse<byte[]> whole = gateway.get(path("a/b", blob));
        HttpResponse<byte[]> part = gateway.get(path("a/b", blob), "Range", "bytes=1000000-1000009");

        assertThat(whole.body()).isEqualTo(blob.bytes());
        assertThat(whole.headers().firstValue("Content-Length")).contains("" + SIZE);
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.body()).isEqualTo(Arrays.copyOfRange(blob.bytes(), 1_000_000, 1_000_010));
        assertThat(gateway.scrape()).contains("sluice_blob_uncached_total{route=\"hub\"} 2.0");
    }

    @Test
    @DisplayName("C07: eight clients that ask for the rest from eight places and hang up cost one GET, and no warning")
    void clientsThatHangUpCostNoWarning() {
        Content small = Images.layer(4_000_000, 61);
        upstream.on("GET", path("a/b", small))
                .sends("HTTP/1.1 200 OK\r\nContent-Length: 4000000\r\n\r\n")
                .sends(Arrays.copyOf(small.bytes(), 100_000))
                .awaits("clients")
                .sends(Arrays.copyOfRange(small.bytes(), 100_000, 4_000_000));
        List<ILoggingEvent> warnings = warningsDuring(() -> {
            hangUp(small);
            assertThat(gateway.get(path("a/b", small)).body()).isEqualTo(small.bytes());
        });

        assertThat(upstream.count("GET " + path("a/b", small))).isEqualTo(1);
        assertThat(warnings).isEmpty();
    }

    private void hangUp(Content small) {
        List<RawClient> clients = IntStream.range(0, 8)
                .mapToObj(i -> RawClient.connect(gateway.port())
                        .send(RawClient.request("GET", path("a/b", small), "Range: bytes=" + i * 300_000 + "-")))
                .toList();
        upstream.awaitReached("clients");
        upstream.release("clients");
        for (RawClient client : clients) {
            assertThat(client.readHead().startLine()).contains("206");
            assertThat(client.readBytes(100_000)).hasSize(100_000);
            client.reset();
        }
    }

    private static List<ILoggingEvent> warningsDuring(Runnable work) {
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        root.addAppender(log);
        try {
            work.run();
        } finally {
            root.detachAppender(log);
        }
        return log.list.stream()
                .filter(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
                .toList();
    }

    @Test
    @DisplayName("U11 T01: a client that is cut off from a wrong blob is a warning that says why, and no error of ours")
    void aWrongBlobIsAWarningThatSaysWhy() {
        Content small = Images.layer(1_000_000, 63);
        byte[] flipped = small.bytes().clone();
        flipped[500_000] ^= 1;
        upstream.answer(path("a/b", small), 200, Map.of(), flipped);

        List<ILoggingEvent> warnings = warningsDuring(() -> {
            try (RawClient client = RawClient.connect(gateway.port())) {
                assertThat(client.get(path("a/b", small)).isComplete()).isFalse();
            }
        });

        assertThat(warnings).extracting(ILoggingEvent::getLevel).containsOnly(Level.WARN);
        assertThat(warnings)
                .extracting(ILoggingEvent::getFormattedMessage)
                .anyMatch(line -> line.matches(
                        "request \\S+ failed: what came is wrong: the bytes for " + small.digest() + " hash to \\S+"));
    }

    @Test
    @DisplayName("U07: a client does not notice that the upstream's body broke off")
    void aBodyThatBreaksOffIsNotNoticed() {
        Content small = Images.layer(1_000_000, 62);
        upstream.on("GET", path("a/b", small))
                .sends("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
                .sends(Arrays.copyOf(small.bytes(), 300_000))
                .resets()
                .then()
                .respondsWith(request -> Answer.blob(request, small.bytes()));

        HttpResponse<byte[]> response = gateway.get(path("a/b", small));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo(small.bytes());
        assertThat(upstream.count("GET " + path("a/b", small))).isEqualTo(2);
    }

    @Test
    @DisplayName("T30: a blob of another repository is answered exactly like one that nobody has")
    void aBlobOfAnotherRepositoryIsUnknown() {
        Content small = Images.layer(100_000, 63);
        upstream.blob("a/b", small);
        HttpResponse<byte[]> unknown = gateway.get(path("c/d", small));
        gateway.get(path("a/b", small));

        HttpResponse<byte[]> held = gateway.get(path("c/d", small));

        assertThat(held.statusCode()).isEqualTo(404).isEqualTo(unknown.statusCode());
        assertThat(TestGateway.text(held)).isEqualTo(TestGateway.text(unknown));
        assertThat(names(held.headers().map()))
                .isEqualTo(names(unknown.headers().map()));
    }

    private static List<String> names(Map<String, List<String>> headers) {
        return headers.keySet().stream().sorted().toList();
    }
}
