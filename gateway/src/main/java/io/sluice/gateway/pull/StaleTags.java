package io.sluice.gateway.pull;

import io.sluice.cache.TagKey;
import io.sluice.cache.manifest.Manifest;
import io.sluice.cache.manifest.ManifestStore;
import io.sluice.cache.manifest.TagIndex;
import io.sluice.cache.manifest.TagPointer;
import io.sluice.gateway.error.PullException;
import io.sluice.gateway.error.UpstreamStatusException;
import io.sluice.oci.Accept;
import io.sluice.oci.Digest;
import java.time.Clock;
import java.util.Map;
import reactor.core.publisher.Mono;

/**
 * What is served for a tag when the upstream cannot be asked: the last digest whose bytes are held, within
 * {@code stale-for}, unless the upstream has said no to it since; where there is none for this Accept, the one of another
 * Accept whose media type the client takes.
 */
final class StaleTags {

    private final TagIndex tags;
    private final ManifestStore store;
    private final RepositoryAccess access;
    private final Clock clock;

    StaleTags(TagIndex tags, ManifestStore store, RepositoryAccess access, Clock clock) {
        this.tags = tags;
        this.store = store;
        this.access = access;
        this.clock = clock;
    }

    /** The last manifest, or the failure that made it necessary to look for it. */
    Mono<PulledManifest> insteadOf(PullException failure, PullTarget target, TagKey key) {
        int status = failure instanceof UpstreamStatusException answer ? answer.status() : 0;
        return held(target, key)
                .switchIfEmpty(Mono.defer(() -> heldForAnotherAccept(target, key)))
                .map(manifest -> PulledManifest.of(manifest, CacheStatus.staleAfter(status)))
                .switchIfEmpty(Mono.error(failure));
    }

    private Mono<Manifest> held(PullTarget target, TagKey key) {
        return tags.find(key).flatMap(pointer -> usable(target, pointer));
    }

    private Mono<Manifest> heldForAnotherAccept(PullTarget target, TagKey key) {
        return tags.variants(key.repository(), key.tag())
                .flatMapIterable(Map<Accept, TagPointer>::values)
                .concatMap(pointer -> usable(target, pointer))
                .filter(manifest -> key.accept().accepts(manifest.mediaType()))
                .next();
    }

    private Mono<Manifest> usable(PullTarget target, TagPointer pointer) {
        Digest held = pointer.held();
        boolean recent = target.upstream().freshness().mayBeStale(pointer.confirmedAt(), clock.instant());
        return recent && held != null
                ? access.duringAnOutage(target, held).flatMap(proof -> store.find(held))
                : Mono.empty();
    }
}
