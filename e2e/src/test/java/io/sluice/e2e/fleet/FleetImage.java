package io.sluice.e2e.fleet;

import io.sluice.testing.Images;
import io.sluice.testing.Images.Content;
import java.util.ArrayList;
import java.util.List;

/**
 * An image of an index, one manifest, a config and eight layers.
 *
 * @param repository where it is
 * @param index what the tag names
 * @param manifest the only one in the index
 * @param blobs the config, then the layers
 */
record FleetImage(String repository, Content index, Content manifest, List<Content> blobs) {

    static final String TAG = "latest";

    private static final int LAYERS = 8;

    /** One whose content no other repository has. */
    static FleetImage of(String repository, int layerSize) {
        long seed = 1_000L * repository.hashCode();
        Content config = Images.config(seed);
        List<Content> blobs = new ArrayList<>(List.of(config));
        for (int i = 1; i <= LAYERS; i++) {
            blobs.add(Images.layer(layerSize, seed + i));
        }
        Content manifest =
                Images.imageWithConfig(config, blobs.subList(1, blobs.size()).toArray(Content[]::new));
        return new FleetImage(repository, Images.index(manifest), manifest, List.copyOf(blobs));
    }

    String manifestPath(String reference) {
        return "/v2/" + repository + "/manifests/" + reference;
    }

    String blobPath(Content blob) {
        return "/v2/" + repository + "/blobs/" + blob.digest();
    }

    /** What is fetched by a GET of its own: both manifests and every blob, each by its digest. */
    List<String> contentPaths() {
        List<String> paths = new ArrayList<>(List.of(manifestPath(index.digest()), manifestPath(manifest.digest())));
        blobs.forEach(blob -> paths.add(blobPath(blob)));
        return paths;
    }
}
