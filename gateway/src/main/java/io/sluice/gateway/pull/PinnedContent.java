package io.sluice.gateway.pull;

import io.sluice.cache.ContentKey;
import io.sluice.cache.RepositoryKey;
import io.sluice.cache.blob.BlobStore;
import io.sluice.cache.manifest.Descriptor;
import io.sluice.cache.manifest.InvalidManifestException;
import io.sluice.cache.manifest.Manifest;
import io.sluice.cache.manifest.ManifestDocument;
import io.sluice.cache.manifest.ManifestStore;
import io.sluice.cache.manifest.Membership;
import io.sluice.cache.manifest.Proof;
import io.sluice.oci.Digest;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Sees to it that pinned content stays: blobs are pinned in their store; manifests and proofs, of which those leave first
 * that were used least recently, are used once an hour. What comes by a pinned repository is pinned when it is proven.
 */
public final class PinnedContent implements Membership, Disposable {

    private static final Logger LOG = LoggerFactory.getLogger(PinnedContent.class);

    private static final Duration EVERY = Duration.ofHours(1);
    private static final int AT_ONCE = 4;

    private volatile Pins pins;
    private final BlobStore blobs;
    private final ManifestStore manifests;
    private final Membership membership;
    private final Set<Digest> pinned = ConcurrentHashMap.newKeySet();
    private final Disposable.Swap rounds = Disposables.swap();

    /** Pins what is there, and begins to look after it. */
    public PinnedContent(Pins pins, BlobStore blobs, ManifestStore manifests, Membership membership) {
        this.pins = Pins.NONE;
        this.blobs = blobs;
        this.manifests = manifests;
        this.membership = membership;
        follow(pins);
    }

    /**
     * Pins other content from now on. What was pinned before stays to the end of the process: nobody knows who else wants
     * it to.
     */
    public void follow(Pins changed) {
        if (changed.equals(pins)) {
            return;
        }
        pins = changed;
        rounds.update(
                changed.isEmpty()
                        ? Disposables.disposed()
                        : Flux.interval(Duration.ZERO, EVERY)
                                .onBackpressureDrop()
                                .concatMap(round -> refresh().onErrorResume(PinnedContent::notThisTime))
                                .subscribe());
    }

    private static Mono<Void> notThisTime(Throwable failure) {
        LOG.warn("Pinned content could not be looked after, it is tried again in an hour", failure);
        return Mono.empty();
    }

    /** Uses all that is pinned, so that it was used least long ago. */
    Mono<Void> refresh() {
        return Flux.fromIterable(pins.digests())
                .flatMap(this::use, AT_ONCE)
                .thenMany(Flux.fromIterable(pins.repositories()).concatMap(this::refresh))
                .then();
    }

    private Mono<Void> refresh(RepositoryKey repository) {
        return membership
                .contents(repository)
                .flatMapIterable(contents -> contents)
                .flatMap(
                        digest -> membership
                                .find(new ContentKey(repository, digest))
                                .then(use(digest)),
                        AT_ONCE)
                .then();
    }

    /** Pins a digest, and, if it is that of a manifest which is held, what it leads to. */
    private Mono<Void> use(Digest digest) {
        return Flux.just(digest)
                .expand(each -> manifests.find(pin(each)).flatMapIterable(PinnedContent::leadsTo), AT_ONCE)
                .then();
    }

    private Digest pin(Digest digest) {
        pinned.add(digest);
        blobs.pin(digest);
        return digest;
    }

    /** Whether a digest is pinned, by itself or with what leads to it. */
    public boolean isPinned(Digest digest) {
        return pinned.contains(digest) || pins.digests().contains(digest);
    }

    private static Iterable<Digest> leadsTo(Manifest manifest) {
        try {
            ManifestDocument document = ManifestDocument.read(manifest);
            return Stream.concat(document.manifests().stream(), document.blobs().stream())
                    .map(Descriptor::digest)
                    .toList();
        } catch (InvalidManifestException e) {
            return Set.of();
        }
    }

    @Override
    public Mono<Proof> find(ContentKey key) {
        return membership.find(key);
    }

    @Override
    public @Nullable Proof inMemory(ContentKey key) {
        return membership.inMemory(key);
    }

    @Override
    public Mono<Void> prove(RepositoryKey repository, Map<Digest, Proof> proofs) {
        Mono<Void> proven = membership.prove(repository, proofs);
        if (pins.isEmpty()) {
            return proven;
        }
        Set<Digest> stay = pins.repositories().contains(repository) ? proofs.keySet() : pinnedAmong(proofs.keySet());
        return proven.thenMany(Flux.fromIterable(stay)).concatMap(this::use).then();
    }

    private Set<Digest> pinnedAmong(Set<Digest> digests) {
        return Set.copyOf(digests.stream().filter(this::isPinned).toList());
    }

    @Override
    public Mono<Set<Digest>> contents(RepositoryKey repository) {
        return membership.contents(repository);
    }

    @Override
    public Mono<Void> revoke(ContentKey key) {
        return membership.revoke(key);
    }

    @Override
    public void dispose() {
        rounds.dispose();
    }
}
