package io.sluice.benchmarks.peer;

import io.sluice.benchmarks.client.Target;
import io.sluice.oci.Digest;
import io.sluice.testing.Images;
import io.sluice.testing.Images.Content;
import io.sluice.testing.process.DockerRegistry;
import io.sluice.testing.process.LoggedRequest;
import io.sluice.testing.process.RepositoryUpload;
import io.sluice.testing.process.Started;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The registry behind all peers, the blobs in it, and what has been asked of it. */
public final class Origin implements Started {

    private static final String REPOSITORY = "bench/blobs";
    private static final String IMAGES = "bench/images";

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

    /** Pushes a small image that nobody has seen, and returns how its manifest of some 500 bytes is asked for here. */
    public PublishedManifest publishManifest() {
        long number = ++published;
        Content config = Images.config(number);
        Content[] layers = {Images.layer(1_000, number), Images.layer(1_000, -number)};
        Content manifest = Images.imageWithConfig(config, layers);
        String tag = "v" + number;
        RepositoryUpload upload = registry.uploadTo(IMAGES);
        Stream.concat(Stream.of(config), Stream.of(layers))
                .forEach(blob -> upload.push(blob.digest(), BodyPublishers.ofByteArray(blob.bytes())));
        upload.pushManifest(tag, manifest.mediaType(), manifest.bytes());
        Digest digest = Digest.parse(manifest.digest());
        return new PublishedManifest(
                Target.manifest(uri(), IMAGES, tag, digest, manifest.bytes().length),
                Target.manifest(uri(), IMAGES, digest.text(), digest, manifest.bytes().length));
    }

    /** Pushes an image that nobody has seen, and returns its name behind the registry's: repository and tag. */
    public String publishImage(int layers, long layerSize) throws IOException {
        LargeImage image = LargeImage.of(published + 1, layers, layerSize);
        published += layers;
        String tag = "v" + published;
        image.push(registry.uploadTo(IMAGES), tag);
        return IMAGES + ":" + tag;
    }

    /** How many requests it has answered so far. */
    public int mark() {
        return registry.requests().size();
    }

    /** What has been asked of it since a mark for any blob, and beside blobs. */
    public UpstreamRequests since(int mark) {
        return UpstreamRequests.of(requestsSince(mark), "");
    }

    /** What has been asked of it since a mark for a blob, and beside it. */
    public UpstreamRequests since(int mark, Target blob) {
        return UpstreamRequests.of(requestsSince(mark), blob.digest().text());
    }

    private List<LoggedRequest> requestsSince(int mark) {
        List<LoggedRequest> all = registry.requests();
        return all.subList(mark, all.size());
    }

    @Override
    public void close() {
        registry.close();
    }
}
