package io.sluice.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.sluice.gateway.server.EdgeApplication.Edge;
import io.sluice.testing.RawClient;
import io.sluice.testing.RawResponse;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(SharedEdge.class)
class RequestHeadTest {

    private final Edge edge;

    RequestHeadTest(Edge edge) {
        this.edge = edge;
    }

    static Stream<Arguments> malformedHeads() {
        return Stream.of(
                arguments(
                        "the hello of TLS, which skopeo tries first",
                        "\u0016\u0003\u0001\u0000\u00c8\u0001\u0000\u0000\u00c4\u0003\u0003"),
                arguments("a body with GET", "GET /v2/ HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"),
                arguments(
                        "a chunked body with GET",
                        "GET /v2/ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                arguments(
                        "a length and a transfer coding",
                        RawClient.request("POST", "/v2/", "Content-Length: 5", "Transfer-Encoding: chunked")
                                + "0\r\n\r\n"),
                arguments(
                        "a transfer coding and a length",
                        RawClient.request("GET", "/v2/", "Transfer-Encoding: chunked", "Content-Length: 5")
                                + "0\r\n\r\n"),
                arguments(
                        "an obfuscated transfer coding",
                        "POST /v2/ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
                arguments(
                        "a transfer coding in HTTP/1.0",
                        "GET /v2/ HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                arguments(
                        "the same length twice",
                        "POST /v2/ HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello"),
                arguments(
                        "two lengths",
                        "POST /v2/ HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello"),
                arguments("a list of lengths", "POST /v2/ HTTP/1.1\r\nHost: a\r\nContent-Length: 5, 5\r\n\r\nhello"),
                arguments("a negative length", "POST /v2/ HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\nhello"),
                arguments("a signed length", "POST /v2/ HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\nhello"),
                arguments("bare line feeds", "GET /v2/ HTTP/1.1\nHost: a\n\n"),
                arguments("a bare line feed behind a header", "GET /v2/ HTTP/1.1\r\nHost: a\nX: y\r\n\r\n"),
                arguments("a bare line feed as the end", "GET /v2/ HTTP/1.1\r\nHost: a\r\n\n"),
                arguments("a folded header", "GET /v2/ HTTP/1.1\r\nHost: a\r\nX: y\r\n z\r\n\r\n"),
                arguments("a header folded by a tab", "GET /v2/ HTTP/1.1\r\nHost: a\r\nX: y\r\n\tz\r\n\r\n"),
                arguments("a folded first header", "GET /v2/ HTTP/1.1\r\n Host: a\r\n\r\n"),
                arguments("a space before the colon", "GET /v2/ HTTP/1.1\r\nHost: a\r\nX : y\r\n\r\n"),
                arguments("a tab before the colon", "GET /v2/ HTTP/1.1\r\nHost: a\r\nX\t: y\r\n\r\n"),
                arguments("a header without a colon", "GET /v2/ HTTP/1.1\r\nHost: a\r\nX\r\n\r\n"),
                arguments("a header without a name", "GET /v2/ HTTP/1.1\r\nHost: a\r\n: y\r\n\r\n"),
                arguments("a control character in a header", "GET /v2/ HTTP/1.1\r\nHost: a\r\nX: \0\r\n\r\n"),
                arguments("no Host", "GET /v2/ HTTP/1.1\r\n\r\n"),
                arguments("an empty Host", "GET /v2/ HTTP/1.1\r\nHost:\r\n\r\n"),
                arguments("two Hosts", "GET /v2/ HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
                arguments("the same Host twice", "GET /v2/ HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"),
                arguments("a Host that is none", "GET /v2/ HTTP/1.1\r\nHost: a b/c@d\r\n\r\n"),
                arguments("a Host with a port that is none", "GET /v2/ HTTP/1.1\r\nHost: a:99999\r\n\r\n"),
                arguments("a tab in the request line", "GET\t/v2/ HTTP/1.1\r\nHost: a\r\n\r\n"),
                arguments("a carriage return in the request line", "GET\r/v2/ HTTP/1.1\r\nHost: a\r\n\r\n"),
                arguments("a space in the target", "GET /v2/ x HTTP/1.1\r\nHost: a\r\n\r\n"),
                arguments("HTTP/0.9", "GET /v2/\r\n\r\n"),
                arguments("what is no HTTP at all", "\u0016\u0003\u0001\u0002\r\n\r\n"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("malformedHeads")
    @DisplayName("C16 T32: a malformed head is answered with 400 in JSON, dispatched to nobody, and closes")
    void malformedHeadIsRefused(String what, String head) {
        int before = edge.dispatched();
        try (RawClient client = RawClient.connect(edge.port())) {
            RawResponse response = client.send(head).read();

            assertThat(response.status()).isEqualTo(400);
            assertThat(response.header("Content-Type")).contains("application/json");
            assertThat(response.header("Connection")).contains("close");
            assertThat(response.header("Docker-Distribution-Api-Version")).contains("registry/2.0");
            assertThat(response.bodyText()).startsWith("{\"errors\":[{\"code\":\"UNSUPPORTED\"");
            assertThat(client.awaitsClose()).isTrue();
        }
        assertThat(edge.dispatched()).as(what).isEqualTo(before);
    }

    @Test
    @DisplayName("C16: a refused HEAD gets the head of the answer alone")
    void refusedHeadGetsNoBody() {
        try (RawClient client = RawClient.connect(edge.port())) {
            RawResponse response = client.head("/v2/a", "Content-Length: 5");
            assertThat(response.status()).isEqualTo(400);
            assertThat(response.header("Content-Type")).contains("application/json");
            assertThat(client.awaitsClose()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v2/caf\u00e9/manifests/latest",
                "/v2/a\u0001b/manifests/latest",
                "/v2/a\u007fb/manifests/latest",
                "/v2/%zz/manifests/latest",
                "/v2/a|b/manifests/latest",
                "/v2/a\"b/manifests/latest",
                "/v2/{a}/manifests/latest",
                "/v2/a\\b/manifests/latest",
                "/v2/a#b",
                "v2/",
                "//[/v2/",
                "ftp://a/v2/"
            })
    @DisplayName("C14 C16: a target that is no URI of plain ASCII is NAME_INVALID, dispatched to nobody")
    void malformedTargetIsAnInvalidName(String target) {
        int before = edge.dispatched();
        try (RawClient client = RawClient.connect(edge.port())) {
            RawResponse response = client.send("GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n")
                    .read();

            assertThat(response.status()).isEqualTo(400);
            assertThat(response.header("Connection")).contains("close");
            assertThat(response.bodyText()).startsWith("{\"errors\":[{\"code\":\"NAME_INVALID\"");
            assertThat(client.awaitsClose()).isTrue();
        }
        assertThat(edge.dispatched()).isEqualTo(before);
    }

    @Test
    @DisplayName("C16: an absolute-form target is routed by its path, its host means nothing")
    void absoluteFormIsRoutedByItsPath() {
        try (RawClient client = RawClient.connect(edge.port())) {
            client.send("GET http://169.254.169.254/v2/a?n=1 HTTP/1.1\r\nHost: 169.254.169.254\r\n\r\n");
            assertThat(client.read().bodyText()).isEqualTo("/v2/a");
        }
    }

    @Test
    @DisplayName("T16: HTTP/2 is not spoken, neither by upgrade nor by prior knowledge")
    void speaksNoHttp2() {
        try (RawClient client = RawClient.connect(edge.port())) {
            String[] upgrade = {
                "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAAP__"
            };
            assertThat(client.get("/v2/a", upgrade).status()).isEqualTo(200);
            assertThat(client.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").read().status())
                    .isEqualTo(505);
        }
    }

    @Test
    @DisplayName("T32: what was pipelined in front of a malformed head is answered first, what stands behind it never")
    void refusalWaitsForItsTurn() {
        int before = edge.dispatched();
        try (RawClient client = RawClient.connect(edge.port())) {
            client.send(RawClient.request("GET", "/v2/slow")
                    + RawClient.request("GET", "/v2/b", "Content-Length: 34")
                    + RawClient.request("GET", "/v2/c"));
            assertThat(client.read().bodyText()).isEqualTo("/v2/slow");
            assertThat(client.read().status()).isEqualTo(400);
            assertThat(client.awaitsClose()).isTrue();
        }
        assertThat(edge.dispatched()).isEqualTo(before + 1);
    }

    @Test
    @DisplayName("C18: a head below 32 KiB is accepted, one above it is 431 in JSON")
    void largeHeadsAreBounded() {
        try (RawClient client = RawClient.connect(edge.port())) {
            assertThat(client.get("/v2/a", bearerOf(30)).status()).isEqualTo(200);

            RawResponse refused = client.get("/v2/a", bearerOf(64));
            assertThat(refused.status()).isEqualTo(431);
            assertThat(refused.bodyText()).startsWith("{\"errors\":[{\"code\":\"UNSUPPORTED\"");
        }
    }

    private static String bearerOf(int kibibytes) {
        return "Authorization: Bearer " + "t".repeat(kibibytes * 1024);
    }

    @Test
    @DisplayName("C18: a request line above 8 KiB is 414 in JSON")
    void longRequestLinesAreBounded() {
        try (RawClient client = RawClient.connect(edge.port())) {
            RawResponse response = client.get("/v2/" + "a".repeat(9 * 1024));
            assertThat(response.status()).isEqualTo(414);
            assertThat(response.bodyText()).startsWith("{\"errors\":[{\"code\":\"UNSUPPORTED\"");
        }
    }
}
