package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
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
import org.springframework.test.web.reactive.server.WebTestClient;

/** What the management port offers with the jar's own defaults. */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "server.address=127.0.0.1",
            "management.server.port=0",
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
                "/health/diskSpace"
            })
    @DisplayName("T21: no other endpoint answers on the management port")
    void noOtherEndpointAnswersOnTheManagementPort(String path) {
        client(managementPort)
                .get()
                .uri("/actuator" + path)
                .exchange()
                .expectStatus()
                .isNotFound();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/health", "/health/liveness", "/health/readiness"})
    void healthSaysWhetherAndNothingElse(String path) {
        client(managementPort)
                .get()
                .uri("/actuator" + path)
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.status")
                .isEqualTo("UP")
                .jsonPath("$.components")
                .doesNotExist()
                .jsonPath("$.details")
                .doesNotExist();
    }

    @Test
    void prometheusScrapesMeters() {
        client(managementPort)
                .get()
                .uri("/actuator/prometheus")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody(String.class)
                .value(body -> assertThat(body).contains("jvm_memory_used_bytes"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/actuator", "/actuator/health", "/actuator/prometheus"})
    @DisplayName("T21: the port for clients serves no endpoint")
    void thePortForClientsServesNoEndpoint(String path) {
        client(serverPort).get().uri(path).exchange().expectStatus().isNotFound();
    }

    private static WebTestClient client(int port) {
        return WebTestClient.bindToServer()
                .baseUrl("http://127.0.0.1:" + port)
                .responseTimeout(Duration.ofSeconds(10))
                .build();
    }
}
