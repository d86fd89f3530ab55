package io.sluice.gateway.it;

import static io.sluice.gateway.it.ManifestsOverHttpTest.header;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.Answer;
import io.sluice.testing.Images;
import io.sluice.testing.Images.Content;
import io.sluice.testing.ScriptedUpstream;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(SharedGateway.class)
class ChainedGatewaysTest {

    private final TestGateway gateway;
    private final ScriptedUpstream upstream;

    ChainedGatewaysTest(TestGateway gateway, ScriptedUpstream upstream) {
        this.gateway = gateway;
        this.upstream = upstream;
    }

    @Test
    @DisplayName("G17: one gateway pulls through another")
    void twoGatewaysInARowWork(@TempDir Path directory) {
        Content layer = Images.layer(200_000, 81);
        Content image = Images.image(layer);
        upstream.manifest("library/chained", image, "latest");
        upstream.blob("library/chained", layer);

        try (TestGateway outer = TestGateway.start(
                directory,
                "--sluice.routes.inner.upstream=http://127.0.0.1:" + gateway.port(),
                "--sluice.routes.inner.root=true")) {
            assertThat(outer.get("/v2/library/chained/manifests/latest").body()).isEqualTo(image.bytes());
            assertThat(outer.get("/v2/library/chained/blobs/" + layer.digest()).body())
                    .isEqualTo(layer.bytes());
        }
    }

    @Test
    @DisplayName("G17 T35: an upstream that leads back here is found out at once, even behind another proxy")
    void aLoopIsFoundOut() {
        String path = "/v2/library/loop/tags/list";
        upstream.on("GET", path).respondsWith(request -> {
            HttpResponse<byte[]> back = gateway.get(
                    "/v2/loop/tags/list",
                    "Via",
                    "1.1 edge, " + via(request.header("Via").orElse("")));
            return new Answer(back.statusCode(), Map.of("Content-Type", header(back, "Content-Type")), back.body());
        });

        HttpResponse<byte[]> answer = gateway.get("/v2/loop/tags/list");

        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(upstream.count("GET " + path))
                .as("once, or once more by a retry")
                .isBetween(1, 2);
    }

    @Test
    @DisplayName("T35: whose request came back is told so, at every endpoint, and nothing is asked for it")
    void aRequestThatCameBackIsToldSo() {
        upstream.answer("/v2/library/named/tags/list", Answer.json(200, "{\"tags\":[]}"));
        gateway.get("/v2/named/tags/list");
        String via = via(upstream.requests().getLast().header("Via").orElse(""));
        int before = upstream.requests().size();

        for (String endpoint : new String[] {"", "named/tags/list?n=3", "named/manifests/latest"}) {
            HttpResponse<byte[]> answer = gateway.get("/v2/" + endpoint, "Via", via);

            assertThat(answer.statusCode()).isEqualTo(502);
            assertThat(TestGateway.text(answer)).contains("a loop");
        }
        assertThat(upstream.requests()).hasSize(before);
        assertThat(gateway.get("/v2/", "Via", "1.1 somebody-else").statusCode()).isEqualTo(200);
    }

    private static String via(String value) {
        assertThat(value).matches("1\\.1 sluice-[0-9a-f]{16}");
        return value;
    }
}
