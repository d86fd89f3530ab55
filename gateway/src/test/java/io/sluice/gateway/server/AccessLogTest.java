package io.sluice.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.sluice.gateway.server.EdgeApplication.Edge;
import io.sluice.testing.RawClient;
import io.sluice.testing.RawResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class AccessLogTest {

    private static final List<ILoggingEvent> events = new CopyOnWriteArrayList<>();

    private static Edge edge;

    @BeforeAll
    static void start() {
        edge = EdgeApplication.start();
        AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                events.add(event);
            }
        };
        appender.start();
        ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).addAppender(appender);
    }

    @AfterAll
    static void stop() {
        edge.close();
    }

    @BeforeEach
    void forget() {
        events.clear();
    }

    @Test
    void aPullIsOneLineAndOneCount() {
        double before = edge.pulls("hit", "manifest");
        try (RawClient client = RawClient.connect(edge.port())) {
            RawResponse response = client.get("/v2/pulled?ns=docker.io&token=canary", "X-Request-Id: my-id-1");
            assertThat(response.header("X-Request-Id")).contains("my-id-1");
        }
        assertThat(line())
                .startsWith("id=my-id-1 method=GET path=/v2/pulled ns=docker.io status=200 route=hub "
                        + "repository=library/alpine outcome=hit bytes=10 ms=")
                .endsWith(" end=complete");
        assertThat(edge.pulls("hit", "manifest")).isEqualTo(before + 1);
        assertThat(edge.meters()
                        .get("sluice.served.bytes")
                        .tags("route", "hub", "kind", "manifest")
                        .counter()
                        .count())
                .isGreaterThanOrEqualTo(10);
    }

    @Test
    void aPullThatMemoryAnswersIsOneLineAndOneCountToo() {
        double before = edge.pulls("hit", "manifest");
        try (RawClient client = RawClient.connect(edge.port())) {
            RawResponse response = client.get("/v2/in-memory", "X-Request-Id: my-id-1");
            assertThat(response.header("X-Request-Id")).contains("my-id-1");
            assertThat(response.header("Docker-Distribution-Api-Version")).contains("registry/2.0");
        }
        assertThat(line())
                .startsWith("id=my-id-1 method=GET path=/v2/in-memory ns=- status=200 route=hub "
                        + "repository=library/alpine outcome=hit bytes=5 ms=")
                .endsWith(" end=complete");
        assertThat(edge.pulls("hit", "manifest")).isEqualTo(before + 1);
    }

    @Test
    void aHeadSendsNoBytes() {
        try (RawClient client = RawClient.connect(edge.port())) {
            client.head("/v2/pulled");
        }
        assertThat(line()).contains("method=HEAD").contains("outcome=hit bytes=0 ");
    }

    @Test
    void aPullThatItsClientCutsShortIsAnError() {
        try (RawClient client = RawClient.connect(edge.port())) {
            client.send(RawClient.request("GET", "/v2/large")).readHead();
            client.readBytes(100_000);
            client.reset();
        }
        assertThat(line()).contains("status=200").contains("outcome=error").endsWith("end=aborted");
        assertThat(line().replaceAll(".* bytes=([0-9]+) .*", "$1"))
                .satisfies(bytes -> assertThat(Long.parseLong(bytes)).isBetween(100_000L, EdgeApplication.LARGE - 1));
    }

    @Test
    @DisplayName("T19: an id that could forge a line is replaced")
    void aHarmfulRequestIdIsReplaced() {
        try (RawClient client = RawClient.connect(edge.port())) {
            RawResponse response = client.get("/v2/a", "X-Request-Id: a b=c");
            assertThat(response.header("X-Request-Id"))
                    .hasValueSatisfying(id -> assertThat(id).matches("[0-9a-f]{16}"));
        }
        assertThat(line()).matches("id=[0-9a-f]{16} .*");
    }

    @Test
    @DisplayName("T19: what is refused before it is a request is a line as well, and only one")
    void aRefusalIsOneLine() {
        try (RawClient client = RawClient.connect(edge.port())) {
            client.send("GET /v2/a\u0001\u001b[2Jb HTTP/1.1\r\nHost: a\r\n\r\n").read();
        }
        assertThat(line()).contains("path=/v2/a\\u0001\\u001b[2Jb ").contains("status=400");
    }

    @Test
    @DisplayName("T20 C20: no credential, cookie, query or cause of a failure reaches any log")
    void nothingSecretIsLogged() {
        String canary = EdgeApplication.CANARY;
        String[] headers = {
            "Authorization: Bearer " + canary,
            "Proxy-Authorization: Basic " + canary,
            "Cookie: session=" + canary,
            "X-Forwarded-For: " + canary,
            "X-Api-Key: " + canary
        };
        try (RawClient client = RawClient.connect(edge.port())) {
            client.get("/v2/a?token=" + canary + "&ns=user:" + canary + "@docker.io", headers);
            client.get("/v2/failing?X-Amz-Signature=" + canary, headers);
            client.get("/v2/nothing?X-Amz-Signature=" + canary, headers);
            client.get("/v2/broken?X-Amz-Signature=" + canary, headers);
        }
        try (RawClient client = RawClient.connect(edge.port())) {
            client.get("/v2/{}?token=" + canary, "Authorization: Bearer " + canary);
        }
        await().atMost(Duration.ofSeconds(5)).until(() -> accessLines().size() == 5);
        assertThat(events.stream().map(ILoggingEvent::getFormattedMessage)).noneMatch(text -> text.contains(canary));
        assertThat(events).allMatch(event -> event.getThrowableProxy() == null);
    }

    /** The one line that the request of this test is told in. */
    private static String line() {
        await().atMost(Duration.ofSeconds(5)).until(() -> !accessLines().isEmpty());
        assertThat(accessLines()).hasSize(1);
        return accessLines().getFirst();
    }

    private static List<String> accessLines() {
        return events.stream()
                .filter(event -> event.getLoggerName().equals("sluice.access"))
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }
}
