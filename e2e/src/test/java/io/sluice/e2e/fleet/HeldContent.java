package io.sluice.e2e.fleet;

import io.sluice.testing.Answer;
import io.sluice.testing.Images;
import io.sluice.testing.Images.Content;
import io.sluice.testing.ScriptedUpstream;
import java.util.Arrays;

/**
 * A manifest or a blob of which the upstream sends one half, to the first who asks and to the second, and the other when it
 * is told to. Who comes later gets all of it.
 *
 * @param upstream who has it
 * @param path where it is
 * @param content what it is
 */
record HeldContent(ScriptedUpstream upstream, String path, Content content) {

    private static final int SIZE = 1_000_000;

    enum Kind {
        MANIFEST,
        BLOB
    }

    /** Publishes one in a repository of its own. */
    static HeldContent publish(ScriptedUpstream upstream, Kind kind, String repository) {
        Content layer = Images.layer(SIZE, repository.hashCode());
        HeldContent held = switch (kind) {
            case MANIFEST -> {
                Content image = Images.image(layer);
                yield new HeldContent(upstream, "/v2/" + repository + "/manifests/" + image.digest(), image);
            }
            case BLOB -> new HeldContent(upstream, "/v2/" + repository + "/blobs/" + layer.digest(), layer);
        };
        held.script();
        return held;
    }

    private void script() {
        byte[] bytes = content.bytes();
        String head = """
                HTTP/1.1 200 OK\r
                Content-Type: %s\r
                Docker-Content-Digest: %s\r
                Content-Length: %d\r
                \r
                """.formatted(content.mediaType(), content.digest(), bytes.length);
        byte[] first = Arrays.copyOf(bytes, bytes.length / 2);
        byte[] second = Arrays.copyOfRange(bytes, bytes.length / 2, bytes.length);
        upstream.on("GET", path)
                .sends(head)
                .sends(first)
                .awaits(barrier(1))
                .sends(second)
                .then()
                .sends(head)
                .sends(first)
                .awaits(barrier(2))
                .sends(second)
                .then()
                .respondsWith(request -> Answer.blob(request, bytes));
        upstream.on("HEAD", path).responds(Answer.manifest(content));
    }

    private String barrier(int asker) {
        return path + " " + asker;
    }

    /** Waits until the upstream has sent the first half to the first or second who asks. */
    void awaitHalfSentTo(int asker) {
        upstream.awaitReached(barrier(asker));
    }

    /** Sends the second half. */
    void sendRestTo(int asker) {
        upstream.release(barrier(asker));
    }

    /** Sends the second half to everyone. */
    void sendRest() {
        sendRestTo(1);
        sendRestTo(2);
    }

    int gets() {
        return upstream.count("GET " + path);
    }
}
