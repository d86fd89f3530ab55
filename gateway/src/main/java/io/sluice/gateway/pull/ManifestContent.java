package io.sluice.gateway.pull;

import io.sluice.cache.flight.Flights;
import io.sluice.cache.manifest.Manifest;
import io.sluice.cache.manifest.ManifestDescriptor;
import io.sluice.cache.manifest.ManifestStore;
import io.sluice.cache.manifest.Proof;
import io.sluice.gateway.error.PullException;
import io.sluice.gateway.pull.SharedFetches.Shared;
import io.sluice.oci.Digest;
import io.sluice.oci.MediaTypes;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * The manifest behind a digest, for one repository: held, or arriving with a fetch that is in the air, or fetched
 * ({@link SharedFetches}).
 */
final class ManifestContent implements SharedFetches.Content<Manifest> {

    private final ManifestStore store;
    private final RepositoryAccess access;
    private final ManifestUpstream upstream;
    private final HeldReferrers referrers;
    private final SharedFetches<Manifest> fetches;

    ManifestContent(
            ManifestStore store,
            RepositoryAccess access,
            ManifestUpstream upstream,
            HeldReferrers referrers,
            Flights<Wish, Shared<Manifest>> arrivals,
            Flights<Digest, Manifest> bytes) {
        this.store = store;
        this.access = access;
        this.upstream = upstream;
        this.referrers = referrers;
        this.fetches = new SharedFetches<>(access, this, arrivals, bytes);
    }

    /** The manifest; a digest that is held, and proven for the repository, costs no upstream call. */
    Mono<PulledManifest> get(PullTarget target, Digest digest) {
        return fetches.joinArriving(target, digest)
                .map(ManifestContent::pulled)
                .switchIfEmpty(Mono.defer(() -> heldFor(target, digest)))
                .switchIfEmpty(Mono.defer(() -> fetches.join(target, digest).map(ManifestContent::pulled)));
    }

    private static PulledManifest pulled(Shared<Manifest> shared) {
        return PulledManifest.of(shared.content(), shared.status());
    }

    /** The bytes that are held, if they are what this repository has under their digest. */
    private Mono<PulledManifest> heldFor(PullTarget target, Digest digest) {
        return access.onHand(target, digest)
                .flatMap(grant -> store.find(digest)
                        .filter(held -> isWhatItHas(grant.proof(), held))
                        .map(held -> PulledManifest.of(held, grant.ofHeldBytes())));
    }

    /** The same, if the bytes and the right to them are in memory, or null. */
    @Nullable
    PulledManifest inMemory(PullTarget target, Digest digest) {
        Grant grant = access.inMemory(target, digest);
        if (grant == null) {
            return null;
        }
        Manifest held = store.inMemory(digest);
        return held != null && isWhatItHas(grant.proof(), held) ? PulledManifest.of(held, grant.ofHeldBytes()) : null;
    }

    @Override
    public Mono<Manifest> held(Digest digest) {
        return store.find(digest);
    }

    /** A document need not say what it is, and another repository's word for it is not ours (T03). */
    @Override
    public boolean isWhatItHas(Proof proof, Manifest held) {
        String mediaType = proof.mediaType();
        return mediaType == null || !MediaTypes.canBeManifest(mediaType) || mediaType.equals(held.mediaType());
    }

    @Override
    public Mono<Proof> ask(PullTarget target, Digest digest) {
        return upstream.headByDigest(target, digest);
    }

    @Override
    public Mono<Manifest> fetch(PullTarget target, Digest digest) {
        return upstream.getByDigest(target, digest)
                .flatMap(verified -> keep(target, verified))
                .onErrorResume(
                        PullException.class,
                        failure -> access.revokeAfter(failure, target, digest).then(Mono.error(failure)));
    }

    /** Keeps a manifest, that the repository has it and all that it leads to, and what it refers to. */
    Mono<Manifest> keep(PullTarget target, VerifiedManifest verified) {
        return store.put(verified.manifest())
                .then(access.prove(target, verified.proofs()))
                .then(Mono.defer(
                        () -> referrers.note(target, verified.manifest().digest(), verified.subject())))
                .thenReturn(verified.manifest());
    }

    /** The headers alone; asks the upstream by HEAD where they are not known, and never by GET. */
    Mono<PulledManifest> head(PullTarget target, Digest digest) {
        return heldFor(target, digest).switchIfEmpty(Mono.defer(() -> headersOf(target, digest)));
    }

    /** Asks the upstream now whether the repository has a manifest. */
    Mono<Proof> refresh(PullTarget target, Digest digest) {
        return access.askAnew(target, digest, () -> upstream.headByDigest(target, digest));
    }

    /** What the upstream says, or said a moment ago. */
    private Mono<PulledManifest> headersOf(PullTarget target, Digest digest) {
        return access.describe(
                        target,
                        digest,
                        () -> upstream.headByDigest(target, digest),
                        ManifestContent::saysWhichAndHowLong)
                .map(grant -> headers(digest, grant));
    }

    /** Whether a proof is about a manifest. */
    static boolean isOfManifest(Proof proof) {
        return proof.mediaType() == null || MediaTypes.canBeManifest(proof.mediaType());
    }

    private static boolean saysWhichAndHowLong(Proof proof) {
        return proof.mediaType() != null && isOfManifest(proof) && proof.size() >= 0;
    }

    private static PulledManifest headers(Digest digest, Grant grant) {
        Proof proof = grant.proof();
        String mediaType = Objects.requireNonNullElse(proof.mediaType(), "");
        return new PulledManifest(new ManifestDescriptor(digest, mediaType, proof.size()), null, grant.ofHeaders());
    }
}
