package io.sluice.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.server.EdgeApplication.Edge;
import io.sluice.testing.RawClient;
import io.sluice.testing.RawResponse;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoint;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;

@ExtendWith(SharedEdge.class)
class PortsTest {

    private final Edge edge;

    PortsTest(Edge edge) {
        this.edge = edge;
    }

    @Test
    @DisplayName("T21: health and Prometheus are all the endpoints there are")
    void nothingElseIsExposed() {
        assertThat(edge.context().getBean(PathMappedEndpoints.class).stream().map(PathMappedEndpoint::getRootPath))
                .containsExactlyInAnyOrder("health", "prometheus");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "env",
                "heapdump",
                "threaddump",
                "loggers",
                "gateway",
                "gateway/routes",
                "beans",
                "configprops",
                "mappings",
                "shutdown",
                "metrics",
                "info"
            })
    @DisplayName("T21 T22: no endpoint that tells or changes anything answers on the management port")
    void otherEndpointsAreAbsent(String endpoint) {
        for (String method : List.of("GET", "POST")) {
            try (RawClient client = RawClient.connect(edge.managementPort())) {
                String request = RawClient.request(method, "/actuator/" + endpoint, "Content-Length: 0");
                assertThat(client.send(request).read().status()).isEqualTo(404);
            }
        }
    }

    @Test
    @DisplayName("T21: the management port serves its endpoints and nothing of the registry protocol")
    void managementPortServesNoRegistry() {
        int before = edge.dispatched();
        try (RawClient client = RawClient.connect(edge.managementPort())) {
            assertThat(client.get("/actuator/health").status()).isEqualTo(200);
            assertThat(client.get("/actuator/prometheus").status()).isEqualTo(200);
            for (String path : List.of("/v2/", "/v2/a", "/v2/library/alpine/manifests/latest")) {
                RawResponse response = client.get(path);
                assertThat(response.status()).isEqualTo(404);
                assertThat(response.header("Docker-Distribution-Api-Version")).isEmpty();
                assertThat(response.header("X-Request-Id")).isEmpty();
            }
        }
        assertThat(edge.dispatched()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/actuator", "/actuator/health", "/actuator/prometheus", "/actuator/gateway/routes", "/"})
    @DisplayName("T21: the main port serves no endpoint: everything but the protocol is 404 in its words")
    void mainPortServesNoEndpoint(String path) {
        try (RawClient client = RawClient.connect(edge.port())) {
            RawResponse response = client.get(path);
            assertThat(response.status()).isEqualTo(404);
            assertThat(response.bodyText()).startsWith("{\"errors\":[{\"code\":\"NAME_UNKNOWN\"");
        }
    }
}
