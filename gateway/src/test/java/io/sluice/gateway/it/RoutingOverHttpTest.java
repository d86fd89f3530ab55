package io.sluice.gateway.it;

import static io.sluice.gateway.it.ManifestsOverHttpTest.header;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.Images;
import io.sluice.testing.Images.Content;
import io.sluice.testing.RawClient;
import io.sluice.testing.RawResponse;
import io.sluice.testing.RecordedRequest;
import io.sluice.testing.ScriptedUpstream;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(SharedGateway.class)
class RoutingOverHttpTest {

    private final TestGateway gateway;
    private final ScriptedUpstream upstream;

    RoutingOverHttpTest(TestGateway gateway, ScriptedUpstream upstream) {
        this.gateway = gateway;
        this.upstream = upstream;
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v2/", "/v2", "/docker.io/v2/", "/v2/?ns=docker.io"})
    void thePingSaysThatThisIsARegistry(String path) {
        HttpResponse<byte[]> response = gateway.get(path);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(TestGateway.text(response)).isEqualTo("{}");
        assertThat(header(response, "Docker-Distribution-Api-Version")).isEqualTo("registry/2.0");
    }

    @Test
    void oneImageIsReachedByPathByMountByNamespaceAndAtTheRoot() {
        Content image = Images.image(Images.layer(100, 30));
        upstream.manifest("library/routed", image, "latest");

        for (String path : new String[] {
            "/v2/docker.io/routed/manifests/latest",
            "/v2/docker.io/library/routed/manifests/latest",
            "/docker.io/v2/routed/manifests/latest",
            "/v2/pub-group/dependency_proxy/containers/routed/manifests/latest",
            "/v2/library/routed/manifests/latest?ns=docker.io",
            "/v2/docker.io/library/routed/manifests/latest?ns=docker.io",
            "/v2/library/routed/manifests/latest"
        }) {
            assertThat(gateway.get(path).body()).as(path).isEqualTo(image.bytes());
        }
        assertThat(upstream.count("GET /v2/library/routed/manifests/" + image.digest()))
                .isEqualTo(1);
    }

    @Test
    void anAnswerToANamespaceNamesIt() {
        Content image = Images.image(Images.layer(100, 31));
        upstream.manifest("library/named", image, "latest");

        assertThat(header(gateway.get("/v2/library/named/manifests/latest?ns=docker.io"), "OCI-Namespace"))
                .isEqualTo("docker.io");
        assertThat(gateway.get("/v2/library/named/manifests/latest").headers().firstValue("OCI-Namespace"))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v2/library/alpine/manifests/latest?ns=unknown.example",
                "/v2/library/alpine/manifests/latest?ns=127.0.0.1",
                "/v2/library/alpine/manifests/latest?ns=eager.example",
                "/v2/library/alpine/manifests/latest?ns=user@docker.io",
                "/v2/library/alpine/manifests/latest?ns=docker.io&ns=docker.io",
                "/v2/docker.io/library/alpine/manifests/latest?ns=eager.example:5000",
                "/unknown/v2/library/alpine/manifests/latest"
            })
    @DisplayName("C19 T06: a namespace is looked up and never dialled; an unknown one is 404")
    void whatNoRouteAnswersForIs404AndGoesNowhere(String path) {
        int before = upstream.requests().size();

        HttpResponse<byte[]> response = gateway.get(path);

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(TestGateway.text(response)).contains("\"code\":\"NAME_UNKNOWN\"");
        assertThat(upstream.requests()).hasSize(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v2/UPPER/manifests/latest NAME_INVALID",
                "/v2/a//b/manifests/latest NAME_INVALID",
                "/v2/foo/../../blobs/latest NAME_INVALID",
                "/v2/foo%2fbar/manifests/latest NAME_INVALID",
                "/v2/%2e%2e/manifests/latest NAME_INVALID",
                "/v2/foo/manifests/-tag NAME_INVALID",
                "/v2/foo/manifests/sha256:ABC DIGEST_INVALID",
                "/v2/foo/manifests/md5:d41d8cd98f00b204e9800998ecf8427e DIGEST_INVALID",
                "/v2/foo/blobs/sha256:zz DIGEST_INVALID",
                "/v2/foo/tags/list?n=-1 PAGINATION_NUMBER_INVALID"
            })
    @DisplayName("C13 C14 C23 T13: malformed names, tags and digests are 400 with the right code, and go nowhere")
    void malformedRequestsAre400AndGoNowhere(String pathAndCode) {
        int before = upstream.requests().size();
        String[] parts = pathAndCode.split(" ");

        try (RawClient client = RawClient.connect(gateway.port())) {
            RawResponse response = client.get(parts[0]);

            assertThat(response.status()).isEqualTo(400);
            assertThat(response.bodyText()).contains("\"code\":\"" + parts[1] + "\"");
        }
        assertThat(upstream.requests()).hasSize(before);
    }

    @Test
    @DisplayName("T31 T33 C20 T09: nothing of a client's request reaches the upstream but what was validated")
    void nothingOfTheClientIsForwarded() {
        Content image = Images.image(Images.layer(100, 32));
        upstream.manifest("library/forwarded", image, "latest");

        try (RawClient client = RawClient.connect(gateway.port())) {
            client.get(
                    "/v2/forwarded/manifests/latest?ns=docker.io&x=canary-query",
                    "Authorization: Basic canary-secret",
                    "Cookie: session=canary-cookie",
                    "X-Forwarded-For: 10.0.0.1",
                    "X-Forwarded-Host: canary-host",
                    "Forwarded: for=canary-forwarded",
                    "X-HTTP-Method-Override: DELETE",
                    "Proxy-Connection: keep-alive",
                    "User-Agent: canary-agent",
                    "Connection: X-Canary",
                    "X-Canary: canary-hop");
        }

        assertThat(upstream.requests().stream()
                        .filter(request -> request.path().startsWith("/v2/library/forwarded/"))
                        .map(RecordedRequest::head)
                        .map(Object::toString))
                .hasSize(2)
                .noneMatch(head -> head.contains("canary") || head.contains("orwarded") && head.contains("10.0.0.1"));
    }

    @Test
    @DisplayName("T31: whatever is asked, no request reaches the filter that forwards")
    void theFiltersOfARouteAlwaysAnswer() {
        String digest = Images.sha256(new byte[0]);
        for (String endpoint : new String[] {
            "manifests/latest", "manifests/" + digest, "blobs/" + digest, "tags/list", "referrers/" + digest
        }) {
            for (String path : new String[] {"/v2/docker.io/answered/", "/docker.io/v2/answered/"}) {
                gateway.get(path + endpoint);
                gateway.head(path + endpoint);
            }
        }

        assertThat(gateway.forwarded()).isEmpty();
    }

    @Test
    @DisplayName("T40 C15: a write is refused before it is routed")
    void writesAre405() {
        int before = upstream.requests().size();

        for (String method : new String[] {"PUT", "POST", "PATCH", "DELETE"}) {
            HttpResponse<byte[]> response = gateway.send(method, gateway.port(), "/v2/app/manifests/latest");
            assertThat(response.statusCode()).as(method).isEqualTo(405);
            assertThat(header(response, "Allow")).isEqualTo("GET, HEAD");
            assertThat(TestGateway.text(response)).contains("\"code\":\"UNSUPPORTED\"");
        }
        assertThat(upstream.requests()).hasSize(before);
    }

    @Test
    @DisplayName("T21: the management port serves no pulls, the service port no management")
    void thePortsDoNotMix() {
        assertThat(gateway.send("GET", gateway.managementPort(), "/v2/").statusCode())
                .isEqualTo(404);
        upstream.manifest("library/hot", Images.image(Images.layer(100, 34)), "latest");
        for (int i = 0; i < 2; i++) {
            assertThat(gateway.get("/v2/hot/manifests/latest").statusCode()).isEqualTo(200);
        }
        assertThat(gateway.send("GET", gateway.managementPort(), "/v2/hot/manifests/latest")
                        .statusCode())
                .isEqualTo(404);
        assertThat(gateway.get("/actuator/health").statusCode()).isEqualTo(404);
        assertThat(gateway.get("/actuator/prometheus").statusCode()).isEqualTo(404);
        assertThat(gateway.send("GET", gateway.managementPort(), "/actuator/health")
                        .statusCode())
                .isEqualTo(200);
    }
}
