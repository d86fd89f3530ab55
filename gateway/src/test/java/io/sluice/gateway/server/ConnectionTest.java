package io.sluice.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.server.EdgeApplication.Edge;
import io.sluice.testing.RawClient;
import io.sluice.testing.RawResponse;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ConnectionTest {

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
    @DisplayName("C10: an answer to HEAD has no body, and the next answer on the connection is its own")
    void headLeavesTheConnectionInStep() {
        try (RawClient client = RawClient.connect(edge.port())) {
            client.send(RawClient.request("HEAD", "/v2/a")
                    + RawClient.request("HEAD", "/v2/nothing")
                    + RawClient.request("GET", "/v2/b"));

            assertThat(client.readWithoutBody().header("Content-Length")).contains("5");
            RawResponse unknown = client.readWithoutBody();
            assertThat(unknown.status()).isEqualTo(404);
            assertThat(unknown.header("Content-Type")).contains("application/json");
            assertThat(unknown.header("Content-Length").map(Integer::parseInt))
                    .hasValueSatisfying(length -> assertThat(length).isPositive());
            assertThat(client.read().bodyText()).isEqualTo("/v2/b");
        }
    }

    @Test
    @DisplayName("C11: 50 pipelined requests of mixed methods are answered in order")
    void pipelinedRequestsAreAnsweredInOrder() {
        try (RawClient client = RawClient.connect(edge.port())) {
            client.send(IntStream.range(0, 50)
                    .mapToObj(i -> RawClient.request(isHead(i) ? "HEAD" : "GET", target(i)))
                    .collect(Collectors.joining()));

            for (int i = 0; i < 50; i++) {
                RawResponse response = isHead(i) ? client.readWithoutBody() : client.read();
                assertThat(response.status()).isEqualTo(200);
                assertThat(response.header("Content-Length"))
                        .contains(Integer.toString(target(i).length()));
                assertThat(response.bodyText()).isEqualTo(isHead(i) ? "" : target(i));
            }
        }
    }

    private static boolean isHead(int i) {
        return i % 3 == 0;
    }

    /** A target whose length tells which one it is; every tenth is answered late. */
    private static String target(int i) {
        return "/v2/" + "n".repeat(i + 1) + (i % 10 == 0 ? "/slow" : "/fast");
    }

    @Test
    @DisplayName("C21: a client that shuts its side down after its requests gets every answer whole")
    void halfClosedClientGetsTheWholeAnswer() {
        try (RawClient client = RawClient.connect(edge.port())) {
            client.send(RawClient.request("GET", "/v2/slow") + RawClient.request("GET", "/v2/next/slow"));
            client.halfClose();

            assertThat(client.read().bodyText()).isEqualTo("/v2/slow");
            assertThat(client.read().bodyText()).isEqualTo("/v2/next/slow");
            assertThat(client.awaitsClose()).isTrue();
        }
    }

    @Test
    @DisplayName("C21: a client that shuts its side down between requests is closed")
    void idleConnectionEndsWithItsClient() {
        try (RawClient client = RawClient.connect(edge.port())) {
            client.get("/v2/a");
            client.halfClose();
            assertThat(client.awaitsClose()).isTrue();
        }
    }

    @Test
    @DisplayName("C16 C21: a head that its client never finishes is 400")
    void unfinishedHeadIsRefused() {
        try (RawClient client = RawClient.connect(edge.port())) {
            client.send("GET /v2/a HTTP/1.1\r\nHost: a").halfClose();
            assertThat(client.read().status()).isEqualTo(400);
            assertThat(client.awaitsClose()).isTrue();
        }
    }

    @Test
    @DisplayName("T01: an answer that breaks off is never ended as if it were whole, and does not say why")
    void brokenAnswerIsAborted() {
        try (RawClient client = RawClient.connect(edge.port())) {
            RawResponse response = client.get("/v2/broken");

            assertThat(response.status()).isEqualTo(200);
            assertThat(response.isComplete()).isFalse();
            assertThat(response.bodyText()).doesNotContain(EdgeApplication.CANARY);
        }
    }

    @Test
    @DisplayName("T20: a failure that nobody foresaw is 500 UNKNOWN and says nothing of its cause")
    void unforeseenFailureSaysNothing() {
        try (RawClient client = RawClient.connect(edge.port())) {
            RawResponse response = client.get("/v2/failing");

            assertThat(response.status()).isEqualTo(500);
            assertThat(response.bodyText())
                    .isEqualTo("{\"errors\":[{\"code\":\"UNKNOWN\",\"message\":\"the gateway failed\"}]}");
            assertThat(response.header("Docker-Distribution-Api-Version")).contains("registry/2.0");
            assertThat(response.head().toString()).doesNotContain(EdgeApplication.CANARY);
        }
    }
}
