package io.sluice.gateway.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(SharedGateway.class)
class HealthOverHttpTest {

    private final TestGateway gateway;

    HealthOverHttpTest(TestGateway gateway) {
        this.gateway = gateway;
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/liveness", "/readiness"})
    @DisplayName("G16: no health depends on an upstream: its pulls fail, and the gateway is ready")
    void healthDoesNotDependOnAnUpstream(String group) {
        assertThat(gateway.get("/v2/down/team/tool/manifests/latest").statusCode())
                .isEqualTo(503);

        assertThat(gateway.send("GET", gateway.managementPort(), "/actuator/health" + group)
                        .statusCode())
                .isEqualTo(200);
    }
}
