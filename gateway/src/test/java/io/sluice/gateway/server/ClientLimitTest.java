package io.sluice.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.gateway.server.EdgeApplication.Edge;
import io.sluice.testing.RawClient;
import io.sluice.testing.RawResponse;
import java.net.InetAddress;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ClientLimitTest {

    @Test
    @DisplayName("T38: one request too many of an address is refused, until another has ended")
    void oneRequestTooManyIsRefused() {
        try (Edge edge = EdgeApplication.start("server.clients.max-requests-per-address=2");
                RawClient first = RawClient.connect(edge.port());
                RawClient second = RawClient.connect(edge.port());
                RawClient third = RawClient.connect(edge.port())) {
            first.send(RawClient.request("GET", "/v2/stalling"));
            second.send(RawClient.request("GET", "/v2/stalling"));
            await().atMost(Duration.ofSeconds(20)).until(() -> edge.dispatched() == 2);

            RawResponse refused = third.send(RawClient.request("GET", "/v2/a")).read();
            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.bodyText()).startsWith("{\"errors\":[{\"code\":\"TOOMANYREQUESTS\"");
            assertThat(refused.header("Retry-After")).hasValue("1");
            assertThat(edge.meters().counter("sluice.clients.limited").count()).isEqualTo(1);

            first.reset();
            await().atMost(Duration.ofSeconds(20))
                    .until(() ->
                            third.send(RawClient.request("GET", "/v2/a")).read().status() == 200);
            second.reset();
        }
    }

    @Test
    void ofAnIpv6AddressItsNetworkCounts() {
        assertThat(ClientLimit.networkOf(InetAddress.ofLiteral("2001:db8:0:1::7")))
                .isEqualTo(ClientLimit.networkOf(InetAddress.ofLiteral("2001:db8:0:1:ffff::1")))
                .isNotEqualTo(ClientLimit.networkOf(InetAddress.ofLiteral("2001:db8:0:2::7")));
        assertThat(ClientLimit.networkOf(InetAddress.ofLiteral("192.0.2.1")))
                .isNotEqualTo(ClientLimit.networkOf(InetAddress.ofLiteral("192.0.2.2")));
    }
}
