package io.sluice.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.gateway.server.EdgeApplication.Edge;
import io.sluice.testing.RawClient;
import io.sluice.testing.RawResponse.Ending;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DrainWindowTest {

    @ParameterizedTest
    @ValueSource(strings = {"large", "stalling"})
    @DisplayName("G01: what is under way when the window ends is reset, whether its length is known or not")
    void whatIsLeftIsReset(String answer) {
        try (Edge impatient = EdgeApplication.start("spring.lifecycle.timeout-per-shutdown-phase=300ms");
                RawClient client = RawClient.connectSlow(impatient.port(), 4096)) {
            client.send(RawClient.request("GET", "/v2/" + answer));
            await().atMost(Duration.ofSeconds(20)).until(() -> impatient.dispatched() > 0);

            impatient.context().close();

            assertThat(client.read().ending()).isEqualTo(Ending.RESET);
        }
    }
}
