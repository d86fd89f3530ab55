package io.sluice.benchmarks.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.oci.Digest;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TargetTest {

    private static final URI SERVER = URI.create("http://127.0.0.1:5000");
    private static final Digest DIGEST = Digest.hash(Digest.Algorithm.SHA256, new byte[500]);

    @Test
    void aManifestIsAskedForWithTheTypesThatClientsTake() {
        Target manifest = Target.manifest(SERVER, "bench/images", "v1", DIGEST, 500);

        assertThat(text(manifest))
                .startsWith("GET /v2/bench/images/manifests/v1 HTTP/1.1\r\n")
                .contains("\r\nHost: 127.0.0.1:5000\r\n")
                .contains("application/vnd.oci.image.manifest.v1+json")
                .endsWith("\r\n\r\n");
    }

    @Test
    void ofTheHeadNoBodyIsExpected() {
        Target manifest =
                Target.manifest(SERVER, "bench/images", "v1", DIGEST, 500).head();

        assertThat(text(manifest)).startsWith("HEAD /v2/bench/images/manifests/v1 ");
        assertThat(manifest.bodySize()).isZero();
        assertThat(manifest.size()).isEqualTo(500);
    }

    @Test
    void aBlobIsTakenAsItIs() {
        assertThat(text(Target.blob(SERVER, "bench/blobs", DIGEST, 500)))
                .startsWith("GET /v2/bench/blobs/blobs/" + DIGEST.text())
                .contains("\r\nAccept: */*\r\n");
    }

    private static String text(Target target) {
        return new String(target.request(), StandardCharsets.US_ASCII);
    }
}
