package io.sluice.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.gateway.server.EdgeApplication.Edge;
import io.sluice.testing.RawClient;
import io.sluice.testing.RawResponse;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DrainTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Edge edge = EdgeApplication.start(
            "server.clients.shutdown-delay=1h", "spring.lifecycle.timeout-per-shutdown-phase=20s");
    private final int port = edge.port();
    private final int managementPort = edge.managementPort();

    @AfterEach
    void end() {
        edge.context().getBean(Drain.class).skipDelay();
        edge.close();
    }

    @Test
    @DisplayName(
            "G01 G02: readiness goes down first; requests are still served, each answer saying that it is the last")
    void readinessGoesDownWhileThePortIsOpen() {
        try (RawClient old = RawClient.connect(port)) {
            assertThat(old.get("/v2/a").header("Connection")).isEmpty();

            announce();

            try (RawClient management = RawClient.connect(managementPort)) {
                RawResponse readiness = management.get("/actuator/health/readiness");
                assertThat(readiness.status()).isEqualTo(503);
                assertThat(readiness.bodyText()).contains("OUT_OF_SERVICE");
                assertThat(management.get("/actuator/health/liveness").status()).isEqualTo(200);
            }
            assertServedLast(old);
            try (RawClient late = RawClient.connect(port)) {
                assertServedLast(late);
            }
        }
    }

    @Test
    @DisplayName("G02: requests that wait on one connection are all answered, and the last answer alone says so")
    void pipelinedRequestsAreAnswered() {
        try (RawClient client = RawClient.connect(port)) {
            client.send(Stream.of("/v2/trickling", "/v2/a", "/v2/b")
                    .map(target -> RawClient.request("GET", target))
                    .collect(Collectors.joining()));
            await().atMost(LIMIT).until(() -> edge.dispatched() > 0);

            announce();

            List<RawResponse> answers = List.of(client.read(), client.read(), client.read());
            assertThat(answers).extracting(RawResponse::status).containsOnly(200);
            assertThat(answers)
                    .extracting(answer -> answer.header("Connection").orElse("-"))
                    .containsExactly("-", "-", "close");
            assertThat(client.awaitsClose()).isTrue();
        }
    }

    @Test
    @DisplayName("G02: when the port closes, idle connections end orderly, and a request that has begun is answered")
    void idleConnectionsAreClosed() {
        try (RawClient used = RawClient.connect(port);
                RawClient fresh = RawClient.connect(port);
                RawClient sending = RawClient.connect(port)) {
            used.get("/v2/a");
            sending.get("/v2/a");
            announce();
            sending.send("GET /v2/b HTTP/1.1\r\nHo");

            leave();

            assertThat(used.readBytes(1)).isEmpty();
            assertThat(fresh.readBytes(1)).isEmpty();
            RawResponse answer = sending.send("st: a\r\n\r\n").read();
            assertThat(answer.bodyText()).isEqualTo("/v2/b");
            assertThat(answer.header("Connection")).contains("close");
        }
    }

    @Test
    @DisplayName("G01: an answer that is under way when the port closes ends whole, and then its connection")
    void answersUnderWayEndWhole() {
        try (RawClient client = RawClient.connect(port)) {
            client.send(RawClient.request("GET", "/v2/trickling")).readHead();
            announce();

            leave();

            assertThat(client.readBytes(EdgeApplication.TRICKLING)).hasSize(EdgeApplication.TRICKLING);
            assertThat(client.readBytes(1)).isEmpty();
        }
    }

    @Test
    @DisplayName("G02: a request on the heels of an answer that did not say that it was the last is answered too")
    void aRequestOnTheHeelsOfAnAnswerIsAnswered() {
        try (RawClient client = RawClient.connect(port)) {
            client.send(RawClient.request("GET", "/v2/trickling")).readHead();
            announce();
            leave();
            client.readBytes(EdgeApplication.TRICKLING);

            assertServedLast(client);
        }
    }

    private void announce() {
        Drain drain = edge.context().getBean(Drain.class);
        Thread.ofVirtual().start(edge::close);
        await().atMost(LIMIT).until(() -> drain.stage() == Drain.Stage.ANNOUNCING);
    }

    private void leave() {
        edge.context().getBean(Drain.class).skipDelay();
        await().atMost(LIMIT).until(this::refusesConnections);
    }

    private boolean refusesConnections() {
        try {
            RawClient.connect(port).reset();
            return false;
        } catch (UncheckedIOException e) {
            return true;
        }
    }

    private static void assertServedLast(RawClient client) {
        RawResponse answer = client.get("/v2/b");
        assertThat(answer.bodyText()).isEqualTo("/v2/b");
        assertThat(answer.header("Connection")).contains("close");
        assertThat(client.awaitsClose()).isTrue();
    }
}
