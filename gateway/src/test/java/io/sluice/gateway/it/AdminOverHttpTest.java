package io.sluice.gateway.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.Images;
import io.sluice.testing.Images.Content;
import io.sluice.testing.ScriptedUpstream;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Forget and refresh, as an operator on the machine asks for them. */
@ExtendWith({SharedGateway.class, OutputCaptureExtension.class})
class AdminOverHttpTest {

    private final TestGateway gateway;
    private final ScriptedUpstream upstream;

    AdminOverHttpTest(TestGateway gateway, ScriptedUpstream upstream) {
        this.gateway = gateway;
        this.upstream = upstream;
    }

    private String done(String action, String json) {
        HttpResponse<byte[]> response = gateway.post("/admin/" + action, json);
        assertThat(response.statusCode()).as(TestGateway.text(response)).isEqualTo(200);
        return TestGateway.text(response);
    }

    @Test
    void aForgottenTagIsAskedForAtTheNextPull(CapturedOutput output) {
        Content before = Images.image(Images.layer(100, 601));
        Content after = Images.image(Images.layer(100, 602));
        upstream.manifest("library/forgotten", before, "v1");
        gateway.get("/v2/docker.io/forgotten/manifests/v1");
        upstream.manifest("library/forgotten", after, "v1");
        assertThat(gateway.get("/v2/docker.io/forgotten/manifests/v1").body()).isEqualTo(before.bytes());

        String answer = done("forget", """
                {"route": "hub", "repository": "library/forgotten", "reference": "v1"}""");

        assertThat(answer).isEqualTo("{\"pointers\":1}");
        assertThat(gateway.get("/v2/docker.io/forgotten/manifests/v1").body()).isEqualTo(after.bytes());
        assertThat(output).contains("forget of hub:library/forgotten v1 by /127.0.0.1:");
        assertThat(gateway.scrape()).contains("sluice_admin_actions_total{action=\"forget\",status=\"200\"");
    }

    @Test
    void aRefreshedTagIsAskedForNowAndTheAnswerSaysWhereItLed() {
        Content before = Images.image(Images.layer(100, 603));
        Content after = Images.image(Images.layer(100, 604));
        upstream.manifest("library/refreshed", before, "v1");
        gateway.get("/v2/docker.io/refreshed/manifests/v1");
        upstream.manifest("library/refreshed", after, "v1");

        String answer = done("refresh", """
                {"route": "hub", "repository": "library/refreshed", "reference": "v1"}""");

        assertThat(answer)
                .isEqualTo("{\"tags\":[{\"tag\":\"v1\",\"from\":\"" + before.digest() + "\",\"to\":\"" + after.digest()
                        + "\"}]}");
        assertThat(upstream.count("HEAD /v2/library/refreshed/manifests/v1")).isEqualTo(2);
        assertThat(gateway.get("/v2/docker.io/refreshed/manifests/v1").body()).isEqualTo(after.bytes());
        assertThat(upstream.count("HEAD /v2/library/refreshed/manifests/v1")).isEqualTo(2);
        assertThat(upstream.count("GET /v2/library/refreshed/manifests/v1")).isZero();
    }

    @Test
    void whatWasNotFoundAMomentAgoIsAskedForAnewByARefresh() {
        Content image = Images.image(Images.layer(100, 606));
        String path = "/v2/docker.io/pushed/manifests/v1";
        assertThat(gateway.get(path).statusCode()).isEqualTo(404);
        upstream.manifest("library/pushed", image, "v1");
        assertThat(gateway.get(path).statusCode())
                .as("remembered for a few seconds")
                .isEqualTo(404);

        assertThat(done("refresh", """
                {"route": "hub", "repository": "library/pushed", "reference": "v1"}""")).contains(image.digest());

        assertThat(gateway.get(path).body()).isEqualTo(image.bytes());
    }

    @Test
    void theBytesOfAForgottenDigestStayUnlessTheyAreMeantToo() {
        Content layer = Images.layer(5_000, 605);
        upstream.blob("library/bytes", layer);
        String path = "/v2/docker.io/bytes/blobs/" + layer.digest();
        String upstreams = "/v2/library/bytes/blobs/" + layer.digest();
        gateway.get(path);

        assertThat(done("forget", """
                {"route": "hub", "repository": "library/bytes", "reference": "%s"}""".formatted(layer.digest()))).isEqualTo("{\"proofs\":1,\"bytes\":\"kept\"}");
        assertThat(gateway.get(path).body()).isEqualTo(layer.bytes());
        assertThat(upstream.count("HEAD " + upstreams)).isEqualTo(1);
        assertThat(upstream.count("GET " + upstreams)).isEqualTo(1);

        assertThat(done("forget", """
                {"route": "hub", "repository": "library/bytes", "reference": "%s", "bytes": true}""".formatted(layer.digest()))).isEqualTo("{\"proofs\":1,\"bytes\":\"gone\"}");
        assertThat(gateway.get(path).body()).isEqualTo(layer.bytes());
        assertThat(upstream.count("GET " + upstreams)).isEqualTo(2);
    }

    @Test
    void aForgottenRepositoryLosesItsTagsAndProofsAndNoOtherDoes() {
        Content image = Images.image(Images.layer(100, 606));
        for (String repository : new String[] {"library/whole", "library/whole2"}) {
            upstream.manifest(repository, image, "a", "b");
            gateway.get("/v2/docker.io/" + repository + "/manifests/a");
            gateway.get("/v2/docker.io/" + repository + "/manifests/b");
        }

        String answer = done("forget", """
                {"route": "hub", "repository": "library/whole"}""");

        assertThat(answer).startsWith("{\"tags\":2,\"proofs\":");
        gateway.get("/v2/docker.io/library/whole/manifests/a");
        gateway.get("/v2/docker.io/library/whole2/manifests/a");
        assertThat(upstream.count("HEAD /v2/library/whole/manifests/a")).isEqualTo(2);
        assertThat(upstream.count("HEAD /v2/library/whole2/manifests/a")).isEqualTo(1);
    }

    @Test
    void aRefreshedDigestOrRepositoryIsAskedForNow() {
        Content layer = Images.layer(500, 607);
        Content image = Images.image(layer);
        upstream.manifest("library/anew", image, "a", "b");
        upstream.blob("library/anew", layer);
        gateway.get("/v2/docker.io/anew/manifests/a");
        gateway.get("/v2/docker.io/anew/manifests/b");
        gateway.get("/v2/docker.io/anew/blobs/" + layer.digest());

        for (Content content : new Content[] {layer, image}) {
            assertThat(done("refresh", """
                    {"route": "hub", "repository": "library/anew", "reference": "%s"}""".formatted(content.digest())))
                    .startsWith("{\"digest\":\"" + content.digest() + "\",\"confirmed\":");
        }
        assertThat(done("refresh", """
                {"route": "hub", "repository": "library/anew"}""")).contains("\"tag\":\"a\"", "\"tag\":\"b\"");
        assertThat(upstream.count("HEAD /v2/library/anew/blobs/" + layer.digest()))
                .isEqualTo(1);
        assertThat(upstream.count("HEAD /v2/library/anew/manifests/" + image.digest()))
                .isEqualTo(1);
        assertThat(upstream.count("HEAD /v2/library/anew/manifests/b")).isEqualTo(2);
    }

    @Test
    void anUpstreamThatCannotBeAskedIsNamed() {
        assertThat(done("refresh", """
                {"route": "down", "repository": "app", "reference": "v1"}""")).contains("\"tag\":\"v1\",\"failed\":\"127.0.0.1 could not be reached");
        assertThat(gateway.post("/admin/refresh", """
                {"route": "down", "repository": "app", "reference": "%s"}""".formatted(Images.sha256(new byte[0])))
                        .statusCode())
                .isEqualTo(502);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "400 ",
                "400 []",
                "400 {\"route\": \"hub\"}",
                "400 {\"route\": \"hub\", \"repository\": \"UPPER\"}",
                "400 {\"route\": \"hub\", \"repository\": \"a/../b\"}",
                "400 {\"route\": \"hub\", \"repository\": \"app\", \"reference\": \"sha256:no\"}",
                "400 {\"route\": \"hub\", \"repository\": \"app\", \"reference\": \"-\"}",
                "400 {\"route\": \"hub\", \"repository\": \"app\", \"upstream\": \"http://evil.example\"}",
                "400 {\"route\": \"hub\", \"repository\": \"app\", \"bytes\": \"yes\"}",
                "400 {\"route\": \"hub\", \"repository\": \"app\", \"bytes\": true}",
                "404 {\"route\": \"none\", \"repository\": \"app\"}",
                "404 {\"route\": \"http://evil.example\", \"repository\": \"app\"}"
            })
    void whatIsNoRequestIsRefusedAndGoesNowhere(String statusAndBody) {
        int before = upstream.requests().size();

        HttpResponse<byte[]> response = gateway.post("/admin/refresh", statusAndBody.substring(4));

        assertThat(response.statusCode()).isEqualTo(Integer.parseInt(statusAndBody.substring(0, 3)));
        assertThat(TestGateway.text(response)).startsWith("{\"error\":");
        assertThat(upstream.requests()).hasSize(before);
    }
}
