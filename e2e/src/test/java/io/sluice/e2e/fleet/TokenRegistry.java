package io.sluice.e2e.fleet;

import io.sluice.testing.Answer;
import io.sluice.testing.Images.Content;
import io.sluice.testing.RecordedRequest;
import io.sluice.testing.ScriptedUpstream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Function;

/** Publishes images at an upstream that asks for a token, and counts what it is asked. */
record TokenRegistry(ScriptedUpstream upstream) {

    private static final String TOKEN = "for-the-fleet";

    /** Serves an image to whoever has a token. */
    void publish(FleetImage image) {
        upstream.on("GET", "/token").responds(Answer.json(200, "{\"token\":\"" + TOKEN + "\",\"expires_in\":300}"));
        publish(image.manifestPath(FleetImage.TAG), manifest(image.index()));
        publish(image.manifestPath(image.index().digest()), manifest(image.index()));
        publish(image.manifestPath(image.manifest().digest()), manifest(image.manifest()));
        image.blobs().forEach(blob -> publish(image.blobPath(blob), request -> Answer.blob(request, blob.bytes())));
    }

    private static Function<RecordedRequest, Answer> manifest(Content manifest) {
        return request -> Answer.manifest(manifest);
    }

    private void publish(String path, Function<RecordedRequest, Answer> answers) {
        upstream.on("GET", path).respondsWith(request -> authorized(request, answers));
        upstream.on("HEAD", path).respondsWith(request -> authorized(request, answers));
    }

    private Answer authorized(RecordedRequest request, Function<RecordedRequest, Answer> answers) {
        return hasToken(request) ? answers.apply(request) : challenge();
    }

    private Answer challenge() {
        String challenge = "Bearer realm=\"" + upstream.url() + "/token\",service=\"fleet\"";
        return new Answer(401, Map.of("WWW-Authenticate", challenge), new byte[0]);
    }

    private static boolean hasToken(RecordedRequest request) {
        return request.header("Authorization")
                .filter(("Bearer " + TOKEN)::equals)
                .isPresent();
    }

    /** How often the content of a path was sent. */
    long served(String method, String path) {
        return upstream.requests().stream()
                .filter(request ->
                        request.method().equals(method) && request.path().equals(path))
                .filter(TokenRegistry::hasToken)
                .count();
    }

    /** How many tokens were asked for to pull from a repository. */
    long tokens(String repository) {
        String scope = "scope=repository:" + repository + ":pull";
        return upstream.requests().stream()
                .filter(request -> request.path().equals("/token"))
                .map(request -> URLDecoder.decode(request.target(), StandardCharsets.UTF_8))
                .filter(target -> target.contains(scope))
                .count();
    }
}
