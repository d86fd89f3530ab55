package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.ScriptedUpstream;
import io.sluice.testing.process.Ports;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReadinessProbeTest {

    private static final String PATH = "/actuator/health/readiness";

    @ParameterizedTest
    @CsvSource({"200, true", "503, false", "404, false"})
    void theStatusTells(int status, boolean ready) {
        try (ScriptedUpstream gateway = ScriptedUpstream.start()) {
            gateway.answer(PATH, status, Map.of(), "{}".getBytes(StandardCharsets.UTF_8));

            assertThat(ReadinessProbe.isReady(readinessOn(gateway.port()))).isEqualTo(ready);
        }
    }

    @Test
    void nobodyThatListensIsNotReady() {
        assertThat(ReadinessProbe.isReady(readinessOn(Ports.free()))).isFalse();
    }

    @Test
    void itAsksWhereAGatewayListensThatWasToldNothing() {
        assertThat(ReadinessProbe.readiness(Map.of())).hasToString("http://127.0.0.1:8081" + PATH);
    }

    @ParameterizedTest
    @CsvSource({
        "0.0.0.0, http://127.0.0.1:9000",
        "::, http://127.0.0.1:9000",
        "'', http://127.0.0.1:9000",
        "10.0.0.7, http://10.0.0.7:9000",
        "::1, http://[::1]:9000"
    })
    void itAsksWhereTheEnvironmentHasTheGatewayListen(String address, String origin) {
        Map<String, String> environment =
                Map.of("MANAGEMENT_SERVER_ADDRESS", address, "MANAGEMENT_SERVER_PORT", "9000");

        assertThat(ReadinessProbe.readiness(environment)).hasToString(origin + PATH);
    }

    private static URI readinessOn(int port) {
        return ReadinessProbe.readiness(Map.of("MANAGEMENT_SERVER_PORT", Integer.toString(port)));
    }
}
