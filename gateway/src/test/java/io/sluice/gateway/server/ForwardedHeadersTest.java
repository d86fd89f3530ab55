package io.sluice.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.server.EdgeApplication.Edge;
import io.sluice.testing.RawClient;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ForwardedHeadersTest {

    @ParameterizedTest
    @ValueSource(
            strings = {"spring.main.cloud-platform=kubernetes", "server.forward-headers-strategy=native", "debug=false"
            })
    @DisplayName("T23: who the client is and how it came is never taken from its own words")
    void forwardedHeadersAreIgnored(String property) {
        try (Edge edge = EdgeApplication.start(property);
                RawClient client = RawClient.connect(edge.port())) {
            String[] forged = {
                "X-Forwarded-For: 203.0.113.9",
                "X-Forwarded-Proto: https",
                "X-Forwarded-Host: evil.example",
                "X-Forwarded-Prefix: /actuator",
                "Forwarded: for=203.0.113.9;proto=https;host=evil.example"
            };
            assertThat(client.get("/v2/peer", forged).bodyText()).isEqualTo("http 127.0.0.1");
        }
    }
}
