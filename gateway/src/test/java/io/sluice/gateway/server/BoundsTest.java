package io.sluice.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.gateway.server.EdgeApplication.Edge;
import io.sluice.testing.RawClient;
import io.sluice.testing.RawResponse;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The bounds of a connection, set so tight that they are reached within a test. */
class BoundsTest {

    private static final int MAX_CONNECTIONS = 4;
    private static final int PACE_MILLIS = 50;

    private static Edge edge;

    @BeforeAll
    static void start() {
        edge = EdgeApplication.start("server.clients.head-timeout=400ms", "server.clients.stall-timeout=600ms");
    }

    @AfterAll
    static void stop() {
        edge.close();
    }

    @Test
    @DisplayName("C17 T16: a head that trickles in is 408 at its deadline, however lively its client")
    void slowHeadIsTimedOut() {
        try (RawClient client = RawClient.connect(edge.port())) {
            CountDownLatch answered = new CountDownLatch(1);
            Thread.ofVirtual().start(() -> trickle(client, answered));
            RawResponse response = client.send("GET /v2/a HTTP/1.1\r\n").read();
            assertThat(response.status()).isEqualTo(408);
            assertThat(response.bodyText()).startsWith("{\"errors\":[{\"code\":\"UNSUPPORTED\"");
            answered.countDown();
            assertThat(client.awaitsClose()).isTrue();
        }
    }

    /** A header line that does not end before it is answered, a byte at a time. */
    private static void trickle(RawClient client, CountDownLatch answered) {
        try {
            while (!answered.await(PACE_MILLIS, TimeUnit.MILLISECONDS)) {
                client.send("x");
            }
        } catch (InterruptedException | UncheckedIOException over) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    @DisplayName("C17: a slow answer is no slow head: the deadline ends with the head")
    void deadlineEndsWithTheHead() {
        try (RawClient client = RawClient.connect(edge.port())) {
            client.send(RawClient.request("GET", "/v2/slow").repeat(3));
            for (int i = 0; i < 3; i++) {
                assertThat(client.read().status()).isEqualTo(200);
            }
        }
    }

    @Test
    @DisplayName("C17: a connection without a request is closed when it has been idle long enough")
    void idleConnectionIsClosed() {
        try (Edge impatient = EdgeApplication.start("server.netty.idle-timeout=500ms");
                RawClient silent = RawClient.connect(impatient.port());
                RawClient served = RawClient.connect(impatient.port())) {
            served.get("/v2/a");
            assertThat(silent.awaitsClose()).isTrue();
            assertThat(served.awaitsClose()).isTrue();
        }
    }

    @Test
    @DisplayName("T16: one connection more than the limit is closed at once, and accepted again when one has ended")
    void connectionsAreBounded() {
        try (Edge small = EdgeApplication.start("server.clients.max-connections=" + MAX_CONNECTIONS)) {
            List<RawClient> clients = Stream.generate(() -> RawClient.connect(small.port()))
                    .limit(MAX_CONNECTIONS)
                    .toList();
            clients.forEach(client -> client.get("/v2/a"));
            try (RawClient oneMore = RawClient.connect(small.port())) {
                assertThat(oneMore.awaitsClose()).isTrue();
                assertThat(clients.getFirst().get("/v2/a").status()).isEqualTo(200);
            } finally {
                clients.forEach(RawClient::close);
            }
            await().atMost(Duration.ofSeconds(5)).ignoreExceptions().untilAsserted(() -> assertServed(small));
        }
    }

    private static void assertServed(Edge edge) {
        try (RawClient client = RawClient.connect(edge.port())) {
            assertThat(client.get("/v2/a").status()).isEqualTo(200);
        }
    }

    @Test
    @DisplayName("C04: a client that takes nothing of its answer is dropped")
    void stalledClientIsDropped() {
        try (RawClient client = RawClient.connectSlow(edge.port(), 4096)) {
            client.send(RawClient.request("GET", "/v2/large")).readHead();
            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(() -> assertThat(edge.pulls("error", "blob")).isEqualTo(1));
        }
    }

    @Test
    @DisplayName("C03: a client that takes its answer slowly is not dropped")
    void slowClientIsServed() {
        try (RawClient client = RawClient.connectSlow(edge.port(), 4096)) {
            client.send(RawClient.request("GET", "/v2/trickling")).readHead();
            assertThat(client.readBytes(EdgeApplication.TRICKLING)).hasSize(EdgeApplication.TRICKLING);
        }
    }
}
