package io.sluice.gateway.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.Answer;
import io.sluice.testing.Images;
import io.sluice.testing.Images.Content;
import io.sluice.testing.ScriptedUpstream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedGateway.class)
class ManifestsOverHttpTest {

    private final TestGateway gateway;
    private final ScriptedUpstream upstream;

    ManifestsOverHttpTest(TestGateway gateway, ScriptedUpstream upstream) {
        this.gateway = gateway;
        this.upstream = upstream;
    }

    @Test
    @DisplayName("C08: If-None-Match in every form is answered 304 with the entity tag")
    void aClientThatHasItAlreadyGets304() {
        Content image = Images.image(Images.layer(100, 1));
        upstream.manifest("library/conditional", image, "v1");
        String path = "/v2/conditional/manifests/v1";
        gateway.get(path);

        for (String condition : new String[] {
            "\"" + image.digest() + "\"", "W/\"" + image.digest() + "\"", "\"other\", \"" + image.digest() + "\"", "*"
        }) {
            HttpResponse<byte[]> response = gateway.get(path, "If-None-Match", condition);
            assertThat(response.statusCode()).as(condition).isEqualTo(304);
            assertThat(response.body()).isEmpty();
            assertThat(header(response, "ETag")).isEqualTo("\"" + image.digest() + "\"");
        }
        assertThat(gateway.get(path, "If-None-Match", "\"other\"").statusCode()).isEqualTo(200);
    }

    @Test
    @DisplayName("U20: what the upstream does not have is 404 with the code that clients look for")
    void unknownManifestsAre404() {
        HttpResponse<byte[]> response = gateway.get("/v2/nothing-here/manifests/latest");

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(TestGateway.text(response)).contains("\"code\":\"MANIFEST_UNKNOWN\"");
        assertThat(header(response, "Content-Type")).isEqualTo("application/json");
        assertThat(header(response, "Docker-Distribution-Api-Version")).isEqualTo("registry/2.0");
        assertThat(header(response, "Cache-Status")).isEqualTo("sluice; fwd=miss");
    }

    @Test
    @DisplayName("U14: a page of a captive portal is 502, and not kept")
    void aCaptivePortalIsRefused() {
        String path = "/v2/library/portal/manifests/latest";
        upstream.answer(path, 200, Map.of("Content-Type", "text/html"), "<html>log in</html>".getBytes(UTF_8));

        assertRefused(gateway.get("/v2/portal/manifests/latest"));

        Content image = Images.image(Images.layer(100, 2));
        upstream.manifest("library/portal", image, "latest");
        assertThat(gateway.get("/v2/portal/manifests/latest").body()).isEqualTo(image.bytes());
    }

    @Test
    @DisplayName("U12: bytes that do not match the digest are 502 MANIFEST_INVALID, and the client gets none of them")
    void wrongBytesAreRefused() {
        Content image = Images.image(Images.layer(100, 3));
        Content other = Images.image(Images.layer(100, 4));
        upstream.answer(
                "/v2/library/wrong/manifests/" + image.digest(),
                200,
                Map.of("Content-Type", image.mediaType()),
                other.bytes());

        assertRefused(gateway.get("/v2/wrong/manifests/" + image.digest()));
    }

    @Test
    @DisplayName("U13 T17: an encoded body is asked for once more, then refused, and never decoded")
    void aCompressedManifestIsRefused() throws IOException {
        Content image = Images.image(Images.layer(100, 5));
        String path = "/v2/library/gzip/manifests/" + image.digest();
        upstream.answer(
                path, 200, Map.of("Content-Type", image.mediaType(), "Content-Encoding", "gzip"), gzip(image.bytes()));

        assertThat(gateway.get("/v2/gzip/manifests/" + image.digest()).statusCode())
                .isEqualTo(502);
        assertThat(upstream.count("GET " + path)).isEqualTo(2);
        assertThat(upstream.requests().getLast().header("Accept-Encoding")).contains("identity");
    }

    @Test
    @DisplayName("U20 T33: the upstream is not asked at once for what it does not have")
    void notFoundIsRememberedShortly() {
        for (int i = 0; i < 3; i++) {
            assertThat(gateway.head("/v2/missing/manifests/nowhere").statusCode())
                    .isEqualTo(404);
        }

        assertThat(upstream.count("HEAD /v2/library/missing/manifests/nowhere")).isEqualTo(1);
    }

    @Test
    @DisplayName("U19 U20: 401, 403 and 404 of an upstream look the same")
    void noLooksLikeDoesNotExist() {
        for (int status : new int[] {401, 403, 404}) {
            upstream.answer("/v2/library/no" + status + "/manifests/latest", Answer.of(status));
            HttpResponse<byte[]> response = gateway.get("/v2/no" + status + "/manifests/latest");

            assertThat(response.statusCode()).as("upstream %s", status).isEqualTo(404);
            assertThat(response.headers().firstValue("WWW-Authenticate")).isEmpty();
            assertThat(TestGateway.text(response)).isEqualTo(TestGateway.text(gateway.get("/v2/no404/manifests/x")));
        }
    }

    @Test
    void anUpstreamsOutageIsPassedOnWhereNothingIsHeld() {
        upstream.answer("/v2/library/broken/manifests/latest", Answer.of(500));

        assertThat(gateway.get("/v2/broken/manifests/latest").statusCode()).isEqualTo(502);
    }

    @Test
    @DisplayName("U22: while the upstream says 429 what is held is served, the rest is 429, and nothing goes upstream")
    void whileTheUpstreamSays429NothingGoesThere() {
        Content image = Images.image(Images.layer(100, 8));
        upstream.manifest("held", image, "latest");
        gateway.get("/v2/limited/held/manifests/latest");
        upstream.answer("/v2/cold/manifests/latest", new Answer(429, Map.of("Retry-After", "100"), new byte[0]));
        HttpResponse<byte[]> first = gateway.get("/v2/limited/cold/manifests/latest");
        int asked = upstream.requests().size();

        HttpResponse<byte[]> cold = gateway.get("/v2/limited/another/manifests/latest");
        HttpResponse<byte[]> stale = gateway.get("/v2/limited/held/manifests/latest");
        HttpResponse<byte[]> hit = gateway.get("/v2/limited/held/manifests/" + image.digest());

        assertThat(first.statusCode()).isEqualTo(429);
        assertThat(header(first, "Retry-After")).isIn("100", "99");
        assertThat(cold.statusCode()).isEqualTo(429);
        assertThat(Integer.parseInt(header(cold, "Retry-After"))).isBetween(60, 100);
        assertThat(TestGateway.text(cold)).contains("TOOMANYREQUESTS");
        assertThat(stale.body()).isEqualTo(image.bytes());
        assertThat(header(stale, "Cache-Status")).isEqualTo("sluice; fwd=stale; fwd-status=429");
        assertThat(header(hit, "Cache-Status")).isEqualTo("sluice; hit");
        assertThat(upstream.requests()).hasSize(asked);
    }

    @Test
    @DisplayName("U01: a refused connection is 503 with JSON at once")
    void anUpstreamThatIsDownIs503() {
        HttpResponse<byte[]> response = gateway.get("/v2/down/app/manifests/latest");

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(TestGateway.text(response)).contains("\"code\":\"UNAVAILABLE\"");
    }

    @Test
    void aStaleTagCarriesAWarning() {
        Content image = Images.image(Images.layer(100, 6));
        upstream.manifest("stale", image, "latest");
        gateway.get("/v2/eager/stale/manifests/latest");
        upstream.answer("/v2/stale/manifests/latest", Answer.of(503));

        HttpResponse<byte[]> response = gateway.get("/v2/eager/stale/manifests/latest");

        assertThat(response.body()).isEqualTo(image.bytes());
        assertThat(header(response, "Cache-Status")).isEqualTo("sluice; fwd=stale; fwd-status=503");
        assertThat(header(response, "Warning")).startsWith("299 - \"");
        assertThat(header(gateway.head("/v2/eager/stale/manifests/latest"), "Warning"))
                .startsWith("299 - \"");
    }

    @Test
    void theCacheSaysHowItHandledEachPull() {
        Content image = Images.image(Images.layer(100, 7));
        upstream.manifest("status", image, "latest");
        String path = "/v2/eager/status/manifests/latest";

        assertThat(header(gateway.get(path), "Cache-Status")).isEqualTo("sluice; fwd=miss; stored");
        assertThat(header(gateway.get(path), "Cache-Status")).isEqualTo("sluice; fwd=stale; fwd-status=200");
        assertThat(header(gateway.get("/v2/eager/status/manifests/" + image.digest()), "Cache-Status"))
                .isEqualTo("sluice; hit");
    }

    private static void assertRefused(HttpResponse<byte[]> response) {
        assertThat(response.statusCode()).isEqualTo(502);
        assertThat(TestGateway.text(response)).contains("\"code\":\"MANIFEST_INVALID\"");
    }

    static String header(HttpResponse<byte[]> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
            gzip.write(bytes);
        }
        return compressed.toByteArray();
    }
}
