package io.sluice.benchmarks.peer;

import io.sluice.benchmarks.client.Target;
import io.sluice.testing.process.DockerRegistry;
import io.sluice.testing.process.LoggedRequest;
import io.sluice.testing.process.Started;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.List;

/** The registry behind all peers, the blobs in it, and what has been asked of it. */
public final class Origin implements Started {

    private static final String REPOSITORY = "bench/blobs";

    private final DockerRegistry registry;
    private long published;

    private Origin(DockerRegistry registry) {
        this.registry = registry;
    }

    /** Starts an empty one. */
    public static Origin start(Path directory) {
        return new Origin(DockerRegistry.start(directory));
    }

    public URI uri() {
        return registry.uri();
    }

    /** Itself, as what the others are compared with. */
    public Peer direct() {
        return Peers.direct(registry);
    }

    /** Pushes a blob that nobody has seen, and returns how it is asked for here. */
    public Target publish(long size) throws IOException {
        BlobContent content = new BlobContent(++published, size);
        Target blob = Target.blob(uri(), REPOSITORY, content.digest(), size);
        registry.uploadTo(REPOSITORY)
                .push(
                        blob.digest().text(),
                        BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(content::open), size));
        return blob;
    }

    /** How many requests it has answered so far. */
    public int mark() {
        return registry.requests().size();
    }

    /** What has been asked of it since a mark for a blob, and beside it. */
    public UpstreamRequests since(int mark, Target blob) {
        List<LoggedRequest> all = registry.requests();
        return UpstreamRequests.of(all.subList(mark, all.size()), blob.digest().text());
    }

    @Override
    public void close() {
        registry.close();
    }
}
