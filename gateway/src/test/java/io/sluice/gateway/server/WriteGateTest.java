package io.sluice.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.gateway.server.EdgeApplication.Edge;
import io.sluice.testing.RawClient;
import io.sluice.testing.RawResponse;
import java.net.SocketException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(SharedEdge.class)
class WriteGateTest {

    private static final String DIGEST = "sha256:" + "a".repeat(64);

    private static final String UPLOAD = "/v2/a/blobs/uploads/1";
    private static final String TEN_GIB = "Content-Length: 10737418240";

    private final Edge edge;

    WriteGateTest(Edge edge) {
        this.edge = edge;
    }

    static Stream<Arguments> everyVerbOnEveryPath() {
        List<String> paths = List.of(
                "/v2",
                "/v2/",
                "/v2/_catalog",
                "/v2/a/manifests/latest",
                "/v2/a/blobs/" + DIGEST,
                "/v2/a/blobs/uploads/",
                "/v2/a/blobs/uploads/1?digest=" + DIGEST,
                "/v2/a/tags/list",
                "/v2/a/referrers/" + DIGEST,
                "/v2/../A//%2e",
                "/hub/v2/a/manifests/latest");
        return Stream.of("POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "get")
                .flatMap(method -> paths.stream().map(path -> Arguments.of(method, path)));
    }

    @ParameterizedTest
    @MethodSource("everyVerbOnEveryPath")
    @DisplayName("C15 T40: every method but GET and HEAD is 405 on every path, dispatched to nobody, and closes")
    void writesAreRefusedEverywhere(String method, String path) {
        int before = edge.dispatched();
        try (RawClient client = RawClient.connect(edge.port())) {
            String head = RawClient.request(
                    method,
                    path,
                    "X-HTTP-Method-Override: GET",
                    "Origin: http://b",
                    "Access-Control-Request-Method: GET",
                    "Content-Length: 5");
            assertRefused(client.send(head + "hello").read());
            assertThat(client.awaitsClose()).isTrue();
        }
        assertThat(edge.dispatched()).isEqualTo(before);
    }

    @Test
    @DisplayName("T40: a header cannot turn GET into a method that writes")
    void overridesAreIgnored() {
        try (RawClient client = RawClient.connect(edge.port())) {
            RawResponse response = client.get(
                    "/v2/a",
                    "X-HTTP-Method-Override: DELETE",
                    "X-HTTP-Method: DELETE",
                    "X-Original-URL: /v2/b",
                    "X-Rewrite-URL: /v2/b");
            assertThat(response.bodyText()).isEqualTo("/v2/a");
        }
    }

    @Test
    @DisplayName("C15: an upload that expects 100 Continue gets 405 alone")
    void uploadIsNotAskedFor() {
        try (RawClient client = RawClient.connect(edge.port())) {
            assertRefused(client.send(RawClient.request("PUT", UPLOAD, "Expect: 100-continue", TEN_GIB))
                    .read());
            assertThat(client.awaitsClose()).isTrue();
        }
    }

    @Test
    @DisplayName("C15: a client that sends 10 GiB all the same reads its 405 and is cut off early")
    void bodyIsNotRead() {
        try (RawClient client = RawClient.connect(edge.port())) {
            assertRefused(client.send(RawClient.request("PUT", UPLOAD, TEN_GIB)).read());

            byte[] block = new byte[64 * 1024];
            AtomicInteger sent = new AtomicInteger();
            assertThatThrownBy(() -> {
                        while (sent.get() < 1_000) {
                            client.send(block);
                            sent.incrementAndGet();
                        }
                    })
                    .as("the connection is gone after what the buffers of both sides hold")
                    .hasCauseInstanceOf(SocketException.class);
        }
    }

    @Test
    @DisplayName("T40: requests for a tunnel or for the server itself are 405 as well")
    void otherFormsOfTargetAreRefused() {
        for (String line : List.of("CONNECT example.com:443", "OPTIONS *")) {
            try (RawClient client = RawClient.connect(edge.port())) {
                assertRefused(client.send(line + " HTTP/1.1\r\nHost: a\r\n\r\n").read());
            }
        }
    }

    private static void assertRefused(RawResponse response) {
        assertThat(response.status()).isEqualTo(405);
        assertThat(response.header("Allow")).contains("GET, HEAD");
        assertThat(response.header("Content-Type")).contains("application/json");
        assertThat(response.header("Connection")).contains("close");
        assertThat(response.header("Docker-Distribution-Api-Version")).contains("registry/2.0");
        assertThat(response.bodyText()).startsWith("{\"errors\":[{\"code\":\"UNSUPPORTED\"");
    }
}
