package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.RawClient;
import io.sluice.testing.RawResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.core.env.Environment;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** What the management port offers with the jar's own defaults. */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "server.address=127.0.0.1",
            "management.server.port=0",
            "server.clients.shutdown-delay=0s",
            "sluice.routes.hub.upstream=http://127.0.0.1:9",
            "sluice.routes.hub.root=true"
        })
class ManagementEndpointsTest {

    @TempDir
    private static Path directory;

    @LocalManagementPort
    private int managementPort;

    @LocalServerPort
    private int serverPort;

    @DynamicPropertySource
    static void cacheDirectory(DynamicPropertyRegistry registry) {
        registry.add("sluice.cache.directory", () -> directory.toString());
    }

    @Test
    @DisplayName("T21: health and prometheus are the only endpoints")
    void healthAndPrometheusAreTheOnlyEndpoints(@Autowired PathMappedEndpoints endpoints) {
        assertThat(endpoints.getAllRootPaths()).containsExactlyInAnyOrder("health", "prometheus");
    }

    @Test
    @DisplayName("T21: the management port is bound to loopback")
    void theManagementPortIsBoundToLoopback(@Autowired Environment environment) {
        assertThat(environment.getProperty("management.server.address")).isEqualTo("127.0.0.1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/env",
                "/heapdump",
                "/loggers",
                "/gateway/routes",
                "/configprops",
                "/beans",
                "/info",
                "/metrics",
                "/threaddump",
                "/refresh",
                "/shutdown",
                "/forget",
                "/reload",
                "/health/diskSpace"
            })
    @DisplayName("T21: no other endpoint answers on the management port")
    void noOtherEndpointAnswersOnTheManagementPort(String path) {
        assertThat(get(managementPort, "/actuator" + path).status()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/admin", "/admin/", "/admin/reload", "/admin/routes", "/admin/forget/x", "/forget"})
    @DisplayName("T21 T22: besides there are forget and refresh, and nothing that changes a route")
    void nothingElseAnswersBesides(String path) {
        assertThat(post(managementPort, path).status()).isEqualTo(404);
        assertThat(get(managementPort, path).status()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/admin/forget", "/admin/refresh"})
    @DisplayName("T21: forget and refresh take a POST with JSON on the management port, and are nothing on the other")
    void forgetAndRefreshAreOnTheManagementPortAlone(String path) {
        assertThat(post(managementPort, path).status()).isEqualTo(400);
        assertThat(get(managementPort, path).status()).isEqualTo(405);
        assertThat(post(serverPort, path).status()).isEqualTo(404);
        assertThat(post(serverPort, "/v2" + path).status()).isEqualTo(405);
    }

    private static RawResponse post(int port, String path) {
        try (RawClient client = RawClient.connect(port)) {
            return client.send("POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                            + "Content-Length: 2\r\n\r\n{}")
                    .read();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/health", "/health/liveness", "/health/readiness"})
    void healthSaysWhetherAndNothingElse(String path) {
        RawResponse response = get(managementPort, "/actuator" + path);

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.bodyText())
                .contains("\"status\":\"UP\"")
                .doesNotContain("components")
                .doesNotContain("details");
    }

    @Test
    void prometheusScrapesMeters() {
        RawResponse response = get(managementPort, "/actuator/prometheus");

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.bodyText()).contains("jvm_memory_used_bytes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/actuator", "/actuator/health", "/actuator/prometheus"})
    @DisplayName("T21: the port for clients serves no endpoint")
    void thePortForClientsServesNoEndpoint(String path) {
        assertThat(get(serverPort, path).status()).isEqualTo(404);
    }

    private static RawResponse get(int port, String path) {
        try (RawClient client = RawClient.connect(port)) {
            return client.get(path);
        }
    }
}
