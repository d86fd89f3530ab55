package io.sluice.gateway.pull;

import io.sluice.cache.manifest.Descriptor;
import io.sluice.cache.manifest.InvalidManifestException;
import io.sluice.cache.manifest.Manifest;
import io.sluice.cache.manifest.ManifestDocument;
import io.sluice.oci.Digest;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** The digests that a manifest leads to: its own, its children's and its blobs'. */
final class ManifestReach {

    private ManifestReach() {}

    /** Reads them, on a thread for such work. */
    static Mono<Set<Digest>> of(Manifest manifest) {
        return Mono.fromSupplier(() -> read(manifest)).subscribeOn(Schedulers.parallel());
    }

    private static Set<Digest> read(Manifest manifest) {
        Set<Digest> reach = new HashSet<>();
        reach.add(manifest.digest());
        try {
            ManifestDocument document = ManifestDocument.read(manifest);
            Stream.concat(document.manifests().stream(), document.blobs().stream())
                    .map(Descriptor::digest)
                    .forEach(reach::add);
        } catch (InvalidManifestException e) {
            // It leads nowhere.
        }
        return reach;
    }
}
