package io.sluice.e2e;

import java.util.List;
import java.util.stream.Stream;

/**
 * An image as a registry holds it.
 *
 * @param root what its tag points to: a manifest, or an index
 * @param children the manifests that the index refers to
 * @param blobs the layers and configurations of all of them
 */
record Image(ManifestDocument root, List<ManifestDocument> children, List<Blob> blobs) {

    /** Every manifest, each after those it refers to. */
    Stream<ManifestDocument> manifests() {
        return Stream.concat(children.stream(), Stream.of(root));
    }
}
