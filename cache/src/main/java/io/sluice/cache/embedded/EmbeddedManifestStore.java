package io.sluice.cache.embedded;

import io.sluice.cache.manifest.Manifest;
import io.sluice.cache.manifest.ManifestStore;
import io.sluice.oci.Digest;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Manifests on a shelf. */
record EmbeddedManifestStore(Shelf<Digest, Manifest> shelf) implements ManifestStore {

    @Override
    public Mono<Manifest> find(Digest digest) {
        return shelf.find(digest);
    }

    @Override
    public @Nullable Manifest inMemory(Digest digest) {
        return shelf.inMemory(digest);
    }

    @Override
    public Mono<Void> put(Manifest manifest) {
        return shelf.putAll(Map.of(manifest.digest(), manifest));
    }

    @Override
    public Mono<Void> remove(Digest digest) {
        return shelf.remove(digest);
    }
}
