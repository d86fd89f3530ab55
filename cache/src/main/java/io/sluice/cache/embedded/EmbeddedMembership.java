package io.sluice.cache.embedded;

import io.sluice.cache.ContentKey;
import io.sluice.cache.RepositoryKey;
import io.sluice.cache.manifest.Membership;
import io.sluice.cache.manifest.Proof;
import io.sluice.oci.Digest;
import java.util.HashMap;
import java.util.Map;
import reactor.core.publisher.Mono;

/** Proofs on a shelf. */
record EmbeddedMembership(Shelf<ContentKey, Proof> shelf) implements Membership {

    @Override
    public Mono<Proof> find(ContentKey key) {
        return shelf.find(key);
    }

    @Override
    public Mono<Void> prove(RepositoryKey repository, Map<Digest, Proof> proofs) {
        Map<ContentKey, Proof> byContent = new HashMap<>();
        proofs.forEach((digest, proof) -> byContent.put(new ContentKey(repository, digest), proof));
        return shelf.putAll(byContent);
    }

    @Override
    public Mono<Void> revoke(ContentKey key) {
        return shelf.remove(key);
    }
}
