package io.sluice.gateway.pull;

import io.sluice.cache.TagKey;
import io.sluice.cache.manifest.Manifest;
import io.sluice.cache.manifest.ManifestStore;
import io.sluice.cache.manifest.TagIndex;
import io.sluice.cache.manifest.TagPointer;
import io.sluice.gateway.error.PullException;
import io.sluice.gateway.error.UpstreamOfflineException;
import io.sluice.gateway.error.UpstreamStatusException;
import io.sluice.oci.Accept;
import io.sluice.oci.Digest;
import java.time.Clock;
import java.util.Map;
import reactor.core.publisher.Mono;

/**
 * What is served for a tag when the upstream cannot be asked, or is not waited for: the last digest whose bytes are held, within
 * {@code stale-for}, unless the upstream has said no to it since; where there is none for this Accept, the one of another
 * Accept whose media type the client takes.
 */
final class StaleTags {

    /**
     * The last manifest of a tag.
     *
     * @param pointer what was known of the tag
     * @param manifest the one whose bytes are held
     */
    private record Last(TagPointer pointer, Manifest manifest) {}

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
        boolean anyAge = failure instanceof UpstreamOfflineException;
        return tags.find(key)
                .flatMap(pointer -> usable(target, key, pointer, anyAge))
                .switchIfEmpty(Mono.defer(() -> heldForAnotherAccept(target, key, anyAge)))
                .map(last -> PulledManifest.of(last.manifest(), status(failure, target, key, last.pointer())))
                .switchIfEmpty(Mono.error(failure));
    }

    /** The last manifest, where the upstream is not waited for; or empty. */
    Mono<PulledManifest> meanwhile(PullTarget target, TagKey key, TagPointer known) {
        return usable(target, key, known, false)
                .map(last -> PulledManifest.of(last.manifest(), withoutCall(target, key, known)));
    }

    private CacheStatus status(PullException failure, PullTarget target, TagKey key, TagPointer pointer) {
        return switch (failure) {
            case UpstreamOfflineException ignored -> withoutCall(target, key, pointer);
            case UpstreamStatusException answer -> CacheStatus.staleAfter(answer.status());
            default -> CacheStatus.staleAfter(0);
        };
    }

    private CacheStatus withoutCall(PullTarget target, TagKey key, TagPointer pointer) {
        return CacheStatus.staleFor(target.freshness(key.tag()).staleness(pointer.confirmedAt(), clock.instant()));
    }

    private Mono<Last> heldForAnotherAccept(PullTarget target, TagKey key, boolean anyAge) {
        return tags.variants(key.repository(), key.tag())
                .flatMapIterable(Map<Accept, TagPointer>::values)
                .concatMap(pointer -> usable(target, key, pointer, anyAge))
                .filter(last -> key.accept().accepts(last.manifest().mediaType()))
                .next();
    }

    private Mono<Last> usable(PullTarget target, TagKey key, TagPointer pointer, boolean anyAge) {
        Digest held = pointer.held();
        boolean recent = anyAge || target.freshness(key.tag()).mayBeStale(pointer.confirmedAt(), clock.instant());
        return recent && held != null
                ? access.duringAnOutage(target, held)
                        .flatMap(proof -> store.find(held))
                        .map(manifest -> new Last(pointer, manifest))
                : Mono.empty();
    }
}
