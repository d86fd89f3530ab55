package io.sluice.gateway.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.Answer;
import io.sluice.testing.Images;
import io.sluice.testing.Images.Content;
import io.sluice.testing.RecordedRequest;
import io.sluice.testing.ScriptedUpstream;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Upstreams that send too much, and clients that send what is none of the upstream's business. */
@ExtendWith(SharedGateway.class)
class HostileUpstreamTest {

    private final TestGateway gateway;
    private final ScriptedUpstream upstream;

    HostileUpstreamTest(TestGateway gateway, ScriptedUpstream upstream) {
        this.gateway = gateway;
        this.upstream = upstream;
    }

    @Test
    @DisplayName("U32 T14: a manifest of 20 MiB is refused after 4 MiB, announced or not")
    void aManifestHasALimit() {
        byte[] large = new byte[20 * 1024 * 1024];
        String path = "/v2/library/large/manifests/";
        upstream.answer(path + "announced", new Answer(200, Map.of("Content-Type", Images.OCI_MANIFEST), large));
        upstream.on("HEAD", path + "endless").responds(405);
        upstream.on("GET", path + "endless")
                .sends("HTTP/1.1 200 OK\r\nContent-Type: " + Images.OCI_MANIFEST + "\r\nConnection: close\r\n\r\n")
                .writes(out -> {
                    for (int sent = 0; sent < large.length; sent += 65_536) {
                        out.write(large, 0, 65_536);
                    }
                })
                .closes();

        for (String tag : new String[] {"announced", "endless"}) {
            HttpResponse<byte[]> answer = gateway.get("/v2/large/manifests/" + tag);

            assertThat(answer.statusCode()).isEqualTo(502);
            assertThat(TestGateway.text(answer)).contains("MANIFEST_INVALID");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"one line of 1 MiB", "10,000 lines"})
    @DisplayName("U32: more than 32 KiB of headers are refused")
    void headersHaveALimit(String kind) {
        String lines = kind.startsWith("one")
                ? "X-Large: " + "a".repeat(1024 * 1024) + "\r\n"
                : "X-Many: some value of a header\r\n".repeat(10_000);
        String path = "/v2/library/headers/tags/list";
        upstream.on("GET", path)
                .sends("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" + lines + "Content-Length: 2\r\n\r\n{}");

        assertThat(gateway.get("/v2/headers/tags/list").statusCode()).isEqualTo(502);
        assertThat(gateway.get("/v2/").statusCode()).isEqualTo(200);
    }

    @Test
    @DisplayName("T18: the catalog is off, whatever the upstream has")
    void thereIsNoCatalog() {
        upstream.answer("/v2/_catalog", Answer.json(200, "{\"repositories\":[\"a\"]}"));

        assertThat(gateway.get("/v2/_catalog?n=10").statusCode()).isEqualTo(404);
        assertThat(upstream.count("GET /v2/_catalog")).isZero();
    }

    @Test
    @DisplayName("T07: the urls of a foreign layer are replayed, and never fetched")
    void foreignUrlsAreNeverFetched() {
        Content layer = Images.layer(1_000, 91);
        String descriptor = layer.descriptor().replace("}", ",\"urls\":[\"" + upstream.url() + "/foreign/layer\"]}");
        Content image = Images.document(
                Images.OCI_MANIFEST,
                "{\"schemaVersion\":2,\"mediaType\":\"" + Images.OCI_MANIFEST + "\",\"config\":"
                        + Images.config(91).descriptor() + ",\"layers\":[" + descriptor + "]}");
        upstream.manifest("library/foreign", image, "latest");

        assertThat(gateway.get("/v2/foreign/manifests/latest").body()).isEqualTo(image.bytes());
        assertThat(gateway.get("/v2/foreign/blobs/" + layer.digest()).statusCode())
                .isEqualTo(404);
        assertThat(upstream.requests())
                .extracting(RecordedRequest::path)
                .noneMatch(path -> path.contains("/foreign/layer"));
    }

    @Test
    @DisplayName("T33: a 500, a 403 and a part of a manifest are not remembered")
    void errorsAreNotRemembered() {
        Content image = Images.image(Images.layer(1_000, 92));
        String path = "/v2/library/moody/manifests/" + image.digest();
        upstream.on("GET", path)
                .responds(500)
                .then()
                .responds(500)
                .then()
                .responds(403)
                .then()
                .responds(new Answer(
                        206,
                        Map.of("Content-Type", image.mediaType(), "Content-Range", "bytes 0-1/" + image.bytes().length),
                        new byte[2]))
                .then()
                .responds(Answer.manifest(image));

        for (int status : new int[] {502, 404, 502, 200}) {
            assertThat(gateway.get("/v2/moody/manifests/" + image.digest()).statusCode())
                    .isEqualTo(status);
        }
    }
}
