package io.sluice.e2e;

import io.sluice.testing.process.DockerRegistry;
import io.sluice.testing.process.LoggedRequest;
import io.sluice.testing.process.Started;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/** The upstream, and how images get into it. */
final class RegistryProcess implements Started {

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final DockerRegistry registry;

    private RegistryProcess(DockerRegistry registry) {
        this.registry = registry;
    }

    /** Starts an empty registry that keeps everything below the directory. */
    static RegistryProcess start(Path directory) {
        return new RegistryProcess(DockerRegistry.start(directory));
    }

    /** {@code 127.0.0.1:<port>}. */
    String authority() {
        return registry.authority();
    }

    URI uri() {
        return registry.uri();
    }

    /** Builds an image, pushes it under a tag of its own, and returns it. No client and no cache has seen it. */
    PublishedImage publish(ImageKind kind) {
        String tag = UUID.randomUUID().toString();
        PublishedImage published = new PublishedImage(kind.build(tag), kind.repository(), tag);
        new RegistryPush(uri(), http).push(published);
        return published;
    }

    /** What has been asked of it so far, in the order in which the answers ended. */
    List<LoggedRequest> requests() {
        return registry.requests();
    }

    /** Takes it away: its port refuses connections. */
    void stop() {
        registry.close();
    }

    @Override
    public void close() {
        registry.close();
        http.close();
    }
}
