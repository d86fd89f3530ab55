package io.sluice.gateway.it;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.headRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import io.sluice.oci.MediaTypes;
import io.sluice.testing.Seed;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The failure that this gateway grew out of: an upstream that gives a signed schema 1 manifest to whoever asks without
 * {@code Accept}, and a manifest list to whoever asks with it. A proxy that forgets the one and re-serialises the other
 * makes Docker fail with {@code missing signature key}.
 */
class PullByDigestStoryTest {

    private static final String TAG = "/v2/library/alpine/manifests/latest";
    private static final String BY_DIGEST = "/v2/library/alpine/manifests/" + Seed.MANIFEST_LIST_DIGEST;
    private static final String PROXY = "/v2/pub-group/dependency_proxy/containers/alpine/manifests/";

    private static final WireMockServer UPSTREAM =
            new WireMockServer(WireMockConfiguration.options().dynamicPort().bindAddress("127.0.0.1"));

    @TempDir
    static Path directory;

    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        UPSTREAM.start();
        UPSTREAM.stubFor(any(urlEqualTo(TAG)).atPriority(5).willReturn(schema1()));
        UPSTREAM.stubFor(any(urlEqualTo(TAG))
                .withHeader("Accept", containing(MediaTypes.DOCKER_MANIFEST_LIST))
                .willReturn(manifestList()));
        UPSTREAM.stubFor(any(urlEqualTo(BY_DIGEST))
                .withHeader("Accept", containing(MediaTypes.DOCKER_MANIFEST_LIST))
                .willReturn(manifestList()));
        gateway = TestGateway.inFrontOf(UPSTREAM.baseUrl(), directory);
    }

    @AfterAll
    static void stop() {
        gateway.close();
        UPSTREAM.stop();
    }

    private static ResponseDefinitionBuilder manifestList() {
        return answer(Seed.MANIFEST_LIST_TYPE, Seed.MANIFEST_LIST_DIGEST, Seed.manifestList());
    }

    private static ResponseDefinitionBuilder schema1() {
        return answer(Seed.SCHEMA1_TYPE, Seed.SCHEMA1_DIGEST, Seed.schema1());
    }

    private static ResponseDefinitionBuilder answer(String type, String digest, byte[] body) {
        return aResponse()
                .withHeader("Content-Type", type)
                .withHeader("Docker-Content-Digest", digest)
                .withHeader("Content-Length", Integer.toString(body.length))
                .withBody(body);
    }

    @Test
    void theTagAndItsDigestGiveTheSame1638Bytes() {
        for (String reference : new String[] {"latest", Seed.MANIFEST_LIST_DIGEST}) {
            HttpResponse<byte[]> pulled = gateway.get(PROXY + reference, dockerAccept());

            assertThat(pulled.statusCode()).isEqualTo(200);
            assertThat(pulled.body()).hasSize(1638).isEqualTo(Seed.manifestList());
            assertThat(header(pulled, "Content-Type")).isEqualTo(Seed.MANIFEST_LIST_TYPE);
            assertThat(header(pulled, "Docker-Content-Digest")).isEqualTo(Seed.MANIFEST_LIST_DIGEST);
            assertThat(header(pulled, "ETag")).isEqualTo("\"" + Seed.MANIFEST_LIST_DIGEST + "\"");
            assertThat(header(pulled, "Content-Length")).isEqualTo("1638");
            assertThat(header(pulled, "Docker-Distribution-Api-Version")).isEqualTo("registry/2.0");
        }
        UPSTREAM.verify(1, getRequestedFor(urlEqualTo(BY_DIGEST)));
        UPSTREAM.verify(0, getRequestedFor(urlEqualTo(TAG)).withHeader("Accept", containing(Seed.MANIFEST_LIST_TYPE)));
    }

    @Test
    void aDigestWithoutAnyAcceptGivesTheStoredBytes() {
        HttpResponse<byte[]> pulled = gateway.get(PROXY + Seed.MANIFEST_LIST_DIGEST);

        assertThat(pulled.body()).isEqualTo(Seed.manifestList());
        assertThat(header(pulled, "Content-Type")).isEqualTo(Seed.MANIFEST_LIST_TYPE);
    }

    @Test
    void headGivesTheHeadersOfGet() {
        HttpResponse<byte[]> got = gateway.get(PROXY + "latest", dockerAccept());
        HttpResponse<byte[]> head = gateway.head(PROXY + "latest", dockerAccept());

        assertThat(head.body()).isEmpty();
        for (String name : new String[] {
            "Content-Type", "Content-Length", "Docker-Content-Digest", "ETag", "Docker-Distribution-Api-Version"
        }) {
            assertThat(header(head, name)).as(name).isEqualTo(header(got, name));
        }
    }

    @Test
    void aClientThatTakesNothingButSchema1GetsItAsItWasSigned() {
        HttpResponse<byte[]> pulled = gateway.get("/v2/alpine/manifests/latest", "Accept", Seed.SCHEMA1_TYPE);

        assertThat(pulled.body()).isEqualTo(Seed.schema1());
        assertThat(header(pulled, "Content-Type")).isEqualTo(Seed.SCHEMA1_TYPE);
        assertThat(header(pulled, "Docker-Content-Digest")).isEqualTo(Seed.SCHEMA1_DIGEST);
        UPSTREAM.verify(1, getRequestedFor(urlEqualTo(TAG)).withHeader("Accept", containing(Seed.SCHEMA1_TYPE)));
        assertThat(gateway.get(PROXY + Seed.SCHEMA1_DIGEST).body()).isEqualTo(Seed.schema1());
    }

    @Test
    void theOrderOfTheAcceptLinesDoesNotMatter() {
        gateway.head(PROXY + "latest", dockerAccept());
        int before = UPSTREAM.findAll(headRequestedFor(urlEqualTo(TAG))).size();

        String[] lines = dockerAccept();
        String[] reversed = new String[lines.length];
        for (int i = 0; i < lines.length; i += 2) {
            reversed[i] = "Accept";
            reversed[i + 1] = lines[lines.length - 1 - i];
        }

        assertThat(header(gateway.head(PROXY + "latest", reversed), "Cache-Status"))
                .isEqualTo("sluice; hit");
        UPSTREAM.verify(before, headRequestedFor(urlEqualTo(TAG)));
    }

    /** What Docker 20.10 sends: a line for each type. */
    private static String[] dockerAccept() {
        return new String[] {
            "Accept", Seed.SCHEMA1_TYPE,
            "Accept", "application/json",
            "Accept", MediaTypes.DOCKER_MANIFEST,
            "Accept", MediaTypes.DOCKER_MANIFEST_LIST,
            "Accept", MediaTypes.OCI_MANIFEST,
            "Accept", MediaTypes.OCI_INDEX
        };
    }

    private static String header(HttpResponse<byte[]> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }
}
