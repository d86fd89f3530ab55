package io.sluice.cache.embedded;

import io.sluice.cache.ContentKey;
import io.sluice.cache.RepositoryKey;
import io.sluice.cache.manifest.Membership;
import io.sluice.cache.manifest.Proof;
import io.sluice.cache.record.ProofFormat;
import io.sluice.oci.Digest;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Proofs on a shelf. */
record EmbeddedMembership(Shelf<ContentKey, Proof> shelf, ProofFormat format) implements Membership {

    @Override
    public Mono<Proof> find(ContentKey key) {
        return shelf.find(key);
    }

    @Override
    public @Nullable Proof inMemory(ContentKey key) {
        return shelf.inMemory(key);
    }

    @Override
    public Mono<Void> prove(RepositoryKey repository, Map<Digest, Proof> proofs) {
        Map<ContentKey, Proof> byContent = new HashMap<>();
        proofs.forEach((digest, proof) -> byContent.put(new ContentKey(repository, digest), proof));
        return shelf.note(byContent);
    }

    @Override
    public Mono<Set<Digest>> contents(RepositoryKey repository) {
        return shelf.findAll(format.prefix(repository), format::readKey, MAX_CONTENTS)
                .map(proofs -> proofs.keySet().stream().map(ContentKey::digest).collect(Collectors.toUnmodifiableSet()))
                .defaultIfEmpty(Set.of());
    }

    @Override
    public Mono<Void> revoke(ContentKey key) {
        return shelf.remove(key);
    }
}
