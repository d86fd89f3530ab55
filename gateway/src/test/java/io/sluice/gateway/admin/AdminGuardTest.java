package io.sluice.gateway.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpMethod;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;

@DisplayName("T21: who may act on the management port")
class AdminGuardTest {

    private static final String TOKEN = "0123456789abcdef0123456789abcdef";
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    private static final InetAddress INNER = InetAddress.ofLiteral("10.0.0.5");

    private static MockServerHttpRequest.BodyBuilder request(String host) {
        return MockServerHttpRequest.method(HttpMethod.POST, "/admin/forget")
                .header("Host", host)
                .header("Content-Type", "application/json")
                .remoteAddress(new InetSocketAddress(LOOPBACK, 40_000));
    }

    private static int status(AdminGuard guard, MockServerHttpRequest request) {
        return guard.refusal(request).map(AdminAnswer::status).orElse(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:8081", "127.0.0.1", "localhost:8081", "LOCALHOST", "[::1]:8081"})
    void onLoopbackWhoeverIsOnThisMachineMayAct(String host) {
        assertThat(status(new AdminGuard(null, LOOPBACK), request(host).build()))
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rebound.example:8081", "10.0.0.5:8081", "127.0.0.1.example", "localhost.example", ""})
    void aNameThatMerelyLeadsHereIsRefused(String host) {
        assertThat(status(new AdminGuard(null, LOOPBACK), request(host).build()))
                .isEqualTo(403);
    }

    @Test
    void aClientOfAnotherMachineIsRefusedWithoutAToken() {
        assertThat(status(
                        new AdminGuard(null, LOOPBACK),
                        request("127.0.0.1")
                                .remoteAddress(new InetSocketAddress(INNER, 40_000))
                                .build()))
                .isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://evil.example", "http://localhost:3000", "null"})
    void whatAPageOfABrowserSendsIsRefused(String origin) {
        assertThat(status(
                        new AdminGuard(null, LOOPBACK),
                        request("127.0.0.1").header("Origin", origin).build()))
                .isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "nonsense"})
    void aTypeThatAFormCouldSendIsRefused(String type) {
        assertThat(status(
                        new AdminGuard(null, LOOPBACK),
                        MockServerHttpRequest.method(HttpMethod.POST, "/admin/forget")
                                .header("Host", "127.0.0.1")
                                .header("Content-Type", type)
                                .remoteAddress(new InetSocketAddress(LOOPBACK, 40_000))
                                .build()))
                .isEqualTo(415);
    }

    @Test
    void awayFromLoopbackItIsOffWithoutAToken() {
        AdminGuard guard = new AdminGuard(null, INNER);

        assertThat(guard.isOpen()).isFalse();
        assertThat(status(guard, request("127.0.0.1").build())).isEqualTo(404);
        assertThat(new AdminGuard(null, null).isOpen()).isFalse();
    }

    @Test
    void withATokenOnlyTheTokenCounts() {
        AdminGuard guard = new AdminGuard(TOKEN, INNER);

        assertThat(guard.isOpen()).isTrue();
        assertThat(status(guard, request("gateway.example").build())).isEqualTo(401);
        assertThat(status(guard, with("Bearer 0123456789abcdef0123456789abcdee")))
                .isEqualTo(401);
        assertThat(status(guard, with("Bearer "))).isEqualTo(401);
        assertThat(status(guard, with("Basic " + TOKEN))).isEqualTo(401);
        assertThat(status(guard, with("Bearer " + TOKEN))).isEqualTo(200);
    }

    private static MockServerHttpRequest with(String authorization) {
        return request("gateway.example").header("Authorization", authorization).build();
    }
}
