package io.sluice.e2e.fleet;

import io.sluice.testing.HttpHead;
import io.sluice.testing.Images.Content;
import io.sluice.testing.RawClient;
import io.sluice.testing.process.GatewayJar;
import io.sluice.testing.process.Started;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Clients of one image, spread over some replicas: half of them ask by tag, half by digest, each for all of it on one
 * connection, and every layer is somebody's first. What they get is compared byte by byte.
 */
final class Crowd implements Started {

    private static final int PIECE = 64 * 1024;
    private static final String ACCEPT =
            "Accept: application/vnd.oci.image.index.v1+json, " + "application/vnd.oci.image.manifest.v1+json";

    private final FleetImage image;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, AtomicInteger> asked = new ConcurrentHashMap<>();
    private final List<Pull> pulls = new ArrayList<>();

    /** A pull of all of it, and how it ended. */
    record Pull(GatewayJar replica, CompletableFuture<Void> end) {}

    private Crowd(FleetImage image) {
        this.image = image;
    }

    /** Begins. */
    static Crowd of(int clients, FleetImage image, List<GatewayJar> replicas) {
        Crowd crowd = new Crowd(image);
        for (int i = 0; i < clients; i++) {
            int number = i;
            GatewayJar replica = replicas.get(i % replicas.size());
            crowd.pulls.add(
                    new Pull(replica, CompletableFuture.runAsync(() -> crowd.pull(replica, number), crowd.threads)));
        }
        return crowd;
    }

    List<Pull> pulls() {
        return List.copyOf(pulls);
    }

    /** How many have asked for some content so far. */
    int whoAskedFor(Content content) {
        return counted(content).get();
    }

    private AtomicInteger counted(Content content) {
        return asked.computeIfAbsent(content.digest(), digest -> new AtomicInteger());
    }

    private void pull(GatewayJar replica, int number) {
        int half = number / 2;
        String reference = half % 2 == 0 ? FleetImage.TAG : image.index().digest();
        int blobs = image.blobs().size();
        try (RawClient client = RawClient.connect(replica.uri().getPort())) {
            get(client, image.manifestPath(reference), image.index());
            get(client, image.manifestPath(image.manifest().digest()), image.manifest());
            for (int i = 0; i < blobs; i++) {
                Content blob = image.blobs().get((half + i) % blobs);
                get(client, image.blobPath(blob), blob);
            }
        }
    }

    private void get(RawClient client, String path, Content expected) {
        client.send(RawClient.request("GET", path, ACCEPT));
        counted(expected).incrementAndGet();
        HttpHead head = client.readHead();
        if (!head.startLine().startsWith("HTTP/1.1 200 ")
                || !length(head).equals(Integer.toString(expected.bytes().length))) {
            throw new AssertionError(path + " was answered with " + head);
        }
        for (int from = 0; from < expected.bytes().length; from += PIECE) {
            int to = Math.min(from + PIECE, expected.bytes().length);
            byte[] piece = client.readBytes(to - from);
            if (!Arrays.equals(piece, 0, piece.length, expected.bytes(), from, to)) {
                throw new AssertionError(
                        "%s: of bytes %d to %d came %d, or others".formatted(path, from, to, piece.length));
            }
        }
    }

    private static String length(HttpHead head) {
        return head.header("Content-Length").orElse("none");
    }

    /** Waits for the last of them. */
    @Override
    public void close() {
        threads.close();
    }
}
