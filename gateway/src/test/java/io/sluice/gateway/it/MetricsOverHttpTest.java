package io.sluice.gateway.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.Answer;
import io.sluice.testing.Images;
import io.sluice.testing.Images.Content;
import io.sluice.testing.ScriptedUpstream;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedGateway.class)
class MetricsOverHttpTest {

    private final TestGateway gateway;
    private final ScriptedUpstream upstream;

    MetricsOverHttpTest(TestGateway gateway, ScriptedUpstream upstream) {
        this.gateway = gateway;
        this.upstream = upstream;
    }

    @Test
    void everyPullIsCountedByRouteKindAndOutcome() {
        Content layer = Images.layer(1000, 60);
        Content image = Images.image(layer);
        upstream.manifest("library/metered", image, "latest");
        upstream.blob("library/metered", layer);
        upstream.answer(
                "/v2/library/metered/manifests/limited",
                new Answer(404, Map.of("ratelimit-remaining", "76;w=21600"), new byte[0]));

        gateway.get("/v2/metered/manifests/latest");
        gateway.get("/v2/metered/manifests/latest");
        gateway.get("/v2/metered/blobs/" + layer.digest());
        gateway.get("/v2/metered/manifests/limited");

        assertThat(gateway.scrape())
                .contains("sluice_pulls_total{kind=\"manifest\",outcome=\"miss\",route=\"hub\"}")
                .contains("sluice_pulls_total{kind=\"manifest\",outcome=\"hit\",route=\"hub\"}")
                .contains("sluice_pulls_total{kind=\"manifest\",outcome=\"error\",route=\"hub\"}")
                .contains("sluice_pulls_total{kind=\"blob\",outcome=\"miss\",route=\"hub\"}")
                .contains("sluice_served_bytes_total{kind=\"blob\",route=\"hub\"}")
                .contains("sluice_fetched_bytes_total{kind=\"manifest\",route=\"hub\"}")
                .contains("sluice_upstream_requests_seconds_count{method=\"HEAD\",route=\"hub\",status=\"200\"}")
                .contains("sluice_flights{flight=\"manifest\"} 0.0")
                .contains("sluice_upstream_ratelimit_remaining{account=\"anonymous\",route=\"hub\"} 76.0");
    }
}
