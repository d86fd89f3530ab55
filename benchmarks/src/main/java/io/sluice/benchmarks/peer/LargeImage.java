package io.sluice.benchmarks.peer;

import static io.sluice.testing.Images.OCI_CONFIG;
import static io.sluice.testing.Images.OCI_MANIFEST;

import io.sluice.oci.Digest;
import io.sluice.testing.Images;
import io.sluice.testing.Images.Content;
import io.sluice.testing.process.RepositoryUpload;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** An image that Docker can unpack, of layers of one size that nothing makes smaller. */
record LargeImage(List<LayerContent> layers) {

    /** Of so many layers with so many bytes in each; no two images with other first numbers share one. */
    static LargeImage of(long firstNumber, int count, long size) {
        List<LayerContent> layers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            layers.add(LayerContent.of(firstNumber + i, size));
        }
        return new LargeImage(layers);
    }

    /** Pushes all of it. */
    void push(RepositoryUpload upload, String tag) throws IOException {
        List<Digest> digests = new ArrayList<>();
        List<String> descriptors = new ArrayList<>();
        for (LayerContent layer : layers) {
            Digest digest = layer.digest();
            upload.push(
                    digest.text(),
                    BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(layer::open), layer.size()));
            digests.add(digest);
            descriptors.add(LayerContent.descriptor(digest, layer.size()));
        }
        Content config = config(digests);
        upload.push(config.digest(), BodyPublishers.ofByteArray(config.bytes()));
        Content manifest = Images.document(
                OCI_MANIFEST,
                "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":%s,\"layers\":[%s]}"
                        .formatted(OCI_MANIFEST, config.descriptor(), String.join(",", descriptors)));
        upload.pushManifest(tag, manifest.mediaType(), manifest.bytes());
    }

    private static Content config(List<Digest> layers) {
        String ids = layers.stream().map(digest -> "\"" + digest.text() + "\"").collect(Collectors.joining(","));
        return Images.document(
                OCI_CONFIG,
                "{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":{},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[%s]}}"
                        .formatted(ids));
    }
}
