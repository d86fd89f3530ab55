package io.sluice.benchmarks.redis;

import io.sluice.benchmarks.client.Target;
import io.sluice.oci.Digest;
import io.sluice.testing.Images;
import io.sluice.testing.Images.Content;
import io.sluice.testing.ScriptedUpstream;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/**
 * Small images that an upstream has and the gateway comes to hold, and what clients ask of them.
 *
 * @param tags manifests by tag
 * @param digests the same by digest
 * @param blobs a blob of 1 KB of each
 */
record HeldImages(List<Target> tags, List<Target> digests, List<Target> blobs) {

    private static final String REPOSITORY = "bench/redis";

    /** Publishes them, to be asked for at a gateway. */
    static HeldImages publish(int count, ScriptedUpstream upstream, URI gateway) {
        HeldImages images = new HeldImages(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        for (int i = 0; i < count; i++) {
            Content layer = Images.layer(1_000, i);
            Content image = Images.image(layer);
            String tag = "v" + i;
            upstream.manifest(REPOSITORY, image, tag);
            upstream.blob(REPOSITORY, layer);
            images.tags.add(manifest(gateway, tag, image));
            images.digests.add(manifest(gateway, image.digest(), image));
            images.blobs.add(Target.blob(gateway, REPOSITORY, Digest.parse(layer.digest()), layer.bytes().length));
        }
        return images;
    }

    private static Target manifest(URI gateway, String reference, Content content) {
        return Target.manifest(gateway, REPOSITORY, reference, Digest.parse(content.digest()), content.bytes().length);
    }

    /** One of each kind in turn. */
    List<Target> all() {
        List<Target> all = new ArrayList<>();
        for (int i = 0; i < tags.size(); i++) {
            all.addAll(List.of(tags.get(i), digests.get(i), blobs.get(i)));
        }
        return all;
    }
}
