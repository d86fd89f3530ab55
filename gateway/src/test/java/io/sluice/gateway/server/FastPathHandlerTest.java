package io.sluice.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.server.EdgeApplication.Edge;
import io.sluice.testing.RawClient;
import io.sluice.testing.RawResponse;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class FastPathHandlerTest {

    private static final String IN_MEMORY = "/v2/in-memory";

    private static Edge edge;

    @BeforeAll
    static void start() {
        edge = EdgeApplication.start();
    }

    @AfterAll
    static void stop() {
        edge.close();
    }

    @Test
    void whatIsInMemoryIsAnsweredWithoutAnExchange() {
        int before = edge.dispatched();
        try (RawClient client = RawClient.connect(edge.port())) {
            for (int i = 0; i < 100; i++) {
                assertThat(client.get(IN_MEMORY).bodyText()).isEqualTo("01234");
            }
        }
        assertThat(edge.dispatched()).isEqualTo(before);
    }

    @Test
    void aHeadHasTheHeadersAlone() {
        try (RawClient client = RawClient.connect(edge.port())) {
            RawResponse head = client.head(IN_MEMORY);
            assertThat(head.header("Content-Length")).contains("5");
            assertThat(client.get(IN_MEMORY).bodyText()).isEqualTo("01234");
        }
    }

    @Test
    void bothWaysTakeTurnsOnAConnection() {
        try (RawClient client = RawClient.connect(edge.port())) {
            for (int i = 0; i < 20; i++) {
                assertThat(client.get("/v2/" + i).bodyText()).isEqualTo("/v2/" + i);
                assertThat(client.get(IN_MEMORY).bodyText()).isEqualTo("01234");
            }
        }
    }

    @Test
    @DisplayName("C11: answers come in the order of their requests, whichever way they go")
    void answersKeepTheirOrder() {
        List<String> targets = List.of(IN_MEMORY, "/v2/a/slow", IN_MEMORY, "/v2/b", IN_MEMORY, IN_MEMORY, "/v2/c");
        StringBuilder requests = new StringBuilder();
        targets.forEach(target -> requests.append(RawClient.request("GET", target)));
        try (RawClient client = RawClient.connect(edge.port())) {
            client.send(requests.toString());
            for (String target : targets) {
                assertThat(client.read().bodyText()).isIn(target.equals(IN_MEMORY) ? "01234" : target, target);
            }
            assertThat(client.get(IN_MEMORY).bodyText()).isEqualTo("01234");
        }
    }

    @Test
    void manyRequestsAtOnceAreAnsweredAtOnce() {
        String requests = RawClient.request("GET", IN_MEMORY).repeat(50);
        try (RawClient client = RawClient.connectSlow(edge.port(), 4096)) {
            client.send(requests);
            for (int i = 0; i < 50; i++) {
                assertThat(client.read().bodyText()).isEqualTo("01234");
            }
        }
    }

    @Test
    @DisplayName("G02: nothing is answered behind an answer that ends the connection")
    void nothingIsAnsweredBehindTheLastAnswer() {
        int before = edge.dispatched();
        try (RawClient client = RawClient.connect(edge.port())) {
            client.send(RawClient.request("GET", "/v2/a", "Connection: close") + RawClient.request("GET", IN_MEMORY));
            assertThat(client.read().bodyText()).isEqualTo("/v2/a");
            assertThat(client.awaitsClose()).isTrue();
        }
        assertThat(edge.dispatched()).isEqualTo(before + 1);
    }

    @Test
    void whatFailsInMemoryGoesTheLongWay() {
        try (RawClient client = RawClient.connect(edge.port())) {
            for (int i = 0; i < 3; i++) {
                assertThat(client.get("/v2/in-broken-memory").bodyText()).isEqualTo("/v2/in-broken-memory");
                assertThat(client.get(IN_MEMORY).bodyText()).isEqualTo("01234");
            }
        }
    }

    @Test
    void aConnectionThatIsToEndGoesTheLongWay() {
        int before = edge.dispatched();
        try (RawClient client = RawClient.connect(edge.port())) {
            assertThat(client.get(IN_MEMORY, "Connection: close").bodyText()).isEqualTo(IN_MEMORY);
            assertThat(client.awaitsClose()).isTrue();
        }
        try (RawClient client = RawClient.connect(edge.port())) {
            client.send("GET " + IN_MEMORY + " HTTP/1.0\r\n\r\n");
            assertThat(client.read().bodyText()).isEqualTo(IN_MEMORY);
        }
        assertThat(edge.dispatched()).isEqualTo(before + 2);
    }

    @Test
    @DisplayName("C21: a client that has shut down its side gets its answer, and the connection ends")
    void aHalfClosedClientGetsItsAnswer() {
        try (RawClient client = RawClient.connect(edge.port())) {
            client.send(RawClient.request("GET", IN_MEMORY));
            client.halfClose();
            assertThat(client.read().bodyText()).isEqualTo("01234");
            assertThat(client.awaitsClose()).isTrue();
        }
    }

    @Test
    @DisplayName("C16: what is no request is refused in its turn")
    void aRefusalComesInItsTurn() {
        try (RawClient client = RawClient.connect(edge.port())) {
            client.send(RawClient.request("GET", IN_MEMORY) + "GET /v2/a HTTP/1.1\r\n\r\n");
            assertThat(client.read().bodyText()).isEqualTo("01234");
            assertThat(client.read().status()).isEqualTo(400);
        }
    }

    @Test
    @DisplayName("C15: a write is refused however much of it is in memory")
    void writesGoTheLongWay() {
        try (RawClient client = RawClient.connect(edge.port())) {
            client.send(RawClient.request("PUT", IN_MEMORY));
            assertThat(client.read().status()).isEqualTo(405);
        }
    }
}
