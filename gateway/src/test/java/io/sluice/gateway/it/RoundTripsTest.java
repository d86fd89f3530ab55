package io.sluice.gateway.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.Answer;
import io.sluice.testing.Images;
import io.sluice.testing.Images.Content;
import io.sluice.testing.RecordedRequest;
import io.sluice.testing.ScriptedUpstream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a cold pull asks the upstream, one request after the other, and over how many connections. */
class RoundTripsTest {

    private final ScriptedUpstream upstream = ScriptedUpstream.start();
    private final Content layer = Images.layer(100_000, 7);
    private final Content image = Images.image(layer);

    @AfterEach
    void close() {
        upstream.close();
    }

    @Test
    void aTagCostsTwoRequestsAndADigestOrABlobOne(@TempDir Path directory) {
        upstream.manifest("library/one", image, "latest");
        upstream.manifest("library/two", image, "latest");
        upstream.blob("library/one", layer);
        try (TestGateway gateway = TestGateway.inFrontOf(upstream.url(), directory)) {
            assertThat(asked(gateway, "one/manifests/latest"))
                    .containsExactly(
                            "HEAD /v2/library/one/manifests/latest", "GET /v2/library/one/manifests/" + image.digest());
            assertThat(asked(gateway, "one/blobs/" + layer.digest()))
                    .containsExactly("GET /v2/library/one/blobs/" + layer.digest());
            assertThat(asked(gateway, "two/manifests/" + image.digest()))
                    .as("held already: only whether this repository has it")
                    .containsExactly("HEAD /v2/library/two/manifests/" + image.digest());
        }
        assertThat(upstream.connections()).as("one for answers, one for blobs").isEqualTo(2);
    }

    @Test
    void aTokenCostsARequestForEachRepositoryAndTheChallengeOneForAll(@TempDir Path directory) {
        upstream.on("GET", "/token").responds(Answer.json(200, "{\"token\":\"t\",\"expires_in\":300}"));
        guarded("one/manifests/latest", Answer.manifest(image));
        guarded("one/manifests/" + image.digest(), Answer.manifest(image));
        guarded("one/blobs/" + layer.digest(), new Answer(200, Map.of(), layer.bytes()));
        guarded("two/blobs/" + layer.digest(), new Answer(200, Map.of(), layer.bytes()));
        try (TestGateway gateway = TestGateway.inFrontOf(upstream.url(), directory)) {
            assertThat(asked(gateway, "one/manifests/latest"))
                    .containsExactly(
                            "HEAD /v2/library/one/manifests/latest",
                            "GET /token",
                            "HEAD /v2/library/one/manifests/latest",
                            "GET /v2/library/one/manifests/" + image.digest());
            assertThat(asked(gateway, "one/blobs/" + layer.digest()))
                    .containsExactly("GET /v2/library/one/blobs/" + layer.digest());
            assertThat(asked(gateway, "two/blobs/" + layer.digest()))
                    .containsExactly("GET /token", "HEAD /v2/library/two/blobs/" + layer.digest());
        }
        assertThat(upstream.connections()).as("one for answers, one for blobs").isEqualTo(2);
    }

    private void guarded(String what, Answer answer) {
        Answer challenge = new Answer(
                401,
                Map.of("WWW-Authenticate", "Bearer realm=\"" + upstream.url() + "/token\",service=\"s\""),
                new byte[0]);
        for (String method : List.of("GET", "HEAD")) {
            upstream.on(method, "/v2/library/" + what).respondsWith(asked -> isAuthorized(asked) ? answer : challenge);
        }
    }

    private static boolean isAuthorized(RecordedRequest asked) {
        return asked.header("Authorization").filter("Bearer t"::equals).isPresent();
    }

    /** What the upstream is asked while something is pulled. */
    private List<String> asked(TestGateway gateway, String what) {
        int before = upstream.requests().size();
        assertThat(gateway.get("/v2/" + what).statusCode()).isEqualTo(200);
        List<RecordedRequest> all = upstream.requests();
        return all.subList(before, all.size()).stream()
                .map(asked -> asked.method() + " " + asked.path().replaceFirst("\\?.*", ""))
                .toList();
    }
}
