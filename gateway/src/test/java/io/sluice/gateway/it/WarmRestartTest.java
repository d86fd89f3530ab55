package io.sluice.gateway.it;

import static io.sluice.gateway.it.ManifestsOverHttpTest.header;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.Images;
import io.sluice.testing.Images.Content;
import io.sluice.testing.ScriptedUpstream;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WarmRestartTest {

    @Test
    @DisplayName("G04: after a restart, and with the upstream gone, what is held is served by tag and by digest")
    void aRestartIsWarm(@TempDir Path directory) {
        Content image = Images.image(Images.layer(100, 50));
        String url;
        try (ScriptedUpstream upstream = ScriptedUpstream.start()) {
            url = upstream.url();
            upstream.manifest("library/warm", image, "latest");
            try (TestGateway gateway = TestGateway.inFrontOf(url, directory)) {
                gateway.get("/v2/warm/manifests/latest");
            }
        }

        try (TestGateway gateway = TestGateway.inFrontOf(url, directory)) {
            for (String reference : new String[] {"latest", image.digest()}) {
                HttpResponse<byte[]> response = gateway.get("/v2/warm/manifests/" + reference);
                assertThat(response.body()).isEqualTo(image.bytes());
                assertThat(header(response, "Content-Type")).isEqualTo(image.mediaType());
                assertThat(header(response, "Cache-Status")).isEqualTo("sluice; hit");
            }
        }
    }
}
