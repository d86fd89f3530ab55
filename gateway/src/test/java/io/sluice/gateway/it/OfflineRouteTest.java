package io.sluice.gateway.it;

import static io.sluice.gateway.it.ManifestsOverHttpTest.header;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.Images;
import io.sluice.testing.Images.Content;
import io.sluice.testing.MovableClock;
import io.sluice.testing.ScriptedUpstream;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OfflineRouteTest {

    @Test
    void anOfflineRouteServesAllThatIsHeldAndAsksNobody(@TempDir Path directory) {
        Content layer = Images.layer(10_000, 51);
        Content image = Images.image(layer);
        MovableClock clock = new MovableClock();
        try (ScriptedUpstream upstream = ScriptedUpstream.start()) {
            upstream.manifest("library/held", image, "latest");
            upstream.blob("library/held", layer);
            try (TestGateway gateway = start(upstream, directory, clock, false)) {
                gateway.get("/v2/held/manifests/latest");
                assertThat(gateway.get("/v2/held/blobs/" + layer.digest()).body())
                        .isEqualTo(layer.bytes());
            }
            int asked = upstream.requests().size();
            clock.advance(Duration.ofDays(3).plus(Duration.ofSeconds(60)));

            try (TestGateway gateway = start(upstream, directory, clock, true)) {
                HttpResponse<byte[]> byTag = gateway.get("/v2/held/manifests/latest");
                assertThat(byTag.body()).isEqualTo(image.bytes());
                assertThat(header(byTag, "Cache-Status")).isEqualTo("sluice; hit; ttl=-259200");
                assertThat(header(byTag, "Warning")).isEqualTo("299 - \"stale: not confirmed by the upstream\"");
                assertThat(header(gateway.get("/v2/held/manifests/" + image.digest()), "Cache-Status"))
                        .isEqualTo("sluice; hit");
                assertThat(gateway.get("/v2/held/blobs/" + layer.digest()).body())
                        .isEqualTo(layer.bytes());
                for (String missing : new String[] {"manifests/other", "blobs/" + Images.sha256(new byte[1])}) {
                    HttpResponse<byte[]> response = gateway.get("/v2/held/" + missing);
                    assertThat(response.statusCode()).isEqualTo(404);
                    assertThat(TestGateway.text(response)).contains("_UNKNOWN\"", "the route hub is offline");
                }
            }
            assertThat(upstream.requests()).hasSize(asked);
        }
    }

    private static TestGateway start(ScriptedUpstream upstream, Path directory, MovableClock clock, boolean offline) {
        return TestGateway.start(
                directory,
                clock,
                "--sluice.routes.hub.upstream=" + upstream.url(),
                "--sluice.routes.hub.root=true",
                "--sluice.routes.hub.default-namespace=library",
                "--sluice.routes.hub.offline=" + offline);
    }
}
