package io.sluice.gateway.pull;

import io.sluice.cache.ContentKey;
import io.sluice.cache.flight.Flights;
import io.sluice.cache.flight.Landing;
import io.sluice.cache.manifest.Manifest;
import io.sluice.cache.manifest.ManifestDescriptor;
import io.sluice.cache.manifest.ManifestStore;
import io.sluice.cache.manifest.Proof;
import io.sluice.gateway.error.PullException;
import io.sluice.oci.Digest;
import io.sluice.oci.MediaTypes;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import reactor.core.publisher.Mono;

/**
 * The manifest behind a digest, for one repository: held, or arriving with a flight that is in the air, or fetched.
 *
 * <p>Two kinds of flights, because answers belong to a repository and bytes only to a digest: callers of one repository
 * share one arrival with its outcome, be it an error; arrivals of several repositories share the bytes, each after its
 * own upstream said yes, and none another's failure.
 */
final class ManifestContent {

    private final ManifestStore store;
    private final RepositoryAccess access;
    private final ManifestUpstream upstream;
    private final Flights<ContentKey, PulledManifest> arrivals;
    private final Flights<Digest, Manifest> bytes;

    ManifestContent(
            ManifestStore store,
            RepositoryAccess access,
            ManifestUpstream upstream,
            Flights<ContentKey, PulledManifest> arrivals,
            Flights<Digest, Manifest> bytes) {
        this.store = store;
        this.access = access;
        this.upstream = upstream;
        this.arrivals = arrivals;
        this.bytes = bytes;
    }

    /** The manifest; a digest that is held, and proven for the repository, costs no upstream call. */
    Mono<PulledManifest> get(PullTarget target, Digest digest) {
        return held(target, digest).switchIfEmpty(Mono.defer(() -> arriving(target, digest)));
    }

    private Mono<PulledManifest> held(PullTarget target, Digest digest) {
        return access.onHand(target, digest).flatMap(grant -> heldFor(grant, digest));
    }

    /** The bytes that are held, if they are what this repository has under their digest. */
    private Mono<PulledManifest> heldFor(Grant grant, Digest digest) {
        return store.find(digest)
                .filter(held -> agree(grant.proof(), held))
                .map(held -> PulledManifest.of(held, grant.ofHeldBytes()));
    }

    /**
     * Whether a repository calls the bytes what they are held as. A document need not say what it is, and another
     * repository's word for it is not ours (T03).
     */
    private static boolean agree(Proof proof, Manifest held) {
        String mediaType = proof.mediaType();
        return mediaType == null || !MediaTypes.canBeManifest(mediaType) || mediaType.equals(held.mediaType());
    }

    private Mono<PulledManifest> arriving(PullTarget target, Digest digest) {
        return arrivals.join(target.content(digest), () -> arrive(target, digest))
                .map(ManifestContent::forThisCaller);
    }

    private static PulledManifest forThisCaller(Landing<PulledManifest> landing) {
        PulledManifest arrived = landing.value();
        boolean joined = landing.collapsed() && arrived.status().equals(CacheStatus.STORED);
        return joined ? arrived.withStatus(CacheStatus.STORED_COLLAPSED) : arrived;
    }

    private Mono<PulledManifest> arrive(PullTarget target, Digest digest) {
        return store.find(digest)
                .flatMap(held -> require(target, digest))
                .flatMap(grant -> heldFor(grant, digest))
                .switchIfEmpty(Mono.defer(() -> fetch(target, digest)));
    }

    private Mono<PulledManifest> fetch(PullTarget target, Digest digest) {
        if (bytes.isInTheAir(digest)) {
            return require(target, digest).then(Mono.defer(() -> join(target, digest)));
        }
        return join(target, digest);
    }

    /** Joins the bytes, or fetches them; who joined another repository's fetch shows the own upstream's yes first. */
    private Mono<PulledManifest> join(PullTarget target, Digest digest) {
        AtomicBoolean own = new AtomicBoolean();
        Mono<Manifest> fetch = Mono.defer(() -> {
            own.set(true);
            return fetchAndKeep(target, digest);
        });
        return bytes.join(digest, () -> fetch)
                .map(Landing::value)
                .onErrorResume(failure -> own.get() ? Mono.error(failure) : fetch)
                .flatMap(manifest -> own.get()
                        ? Mono.just(PulledManifest.of(manifest, CacheStatus.STORED))
                        : require(target, digest).flatMap(grant -> joined(grant, manifest, fetch)));
    }

    private static Mono<PulledManifest> joined(Grant grant, Manifest manifest, Mono<Manifest> fetch) {
        return agree(grant.proof(), manifest)
                ? Mono.just(PulledManifest.of(manifest, CacheStatus.STORED_COLLAPSED))
                : fetch.map(fetched -> PulledManifest.of(fetched, CacheStatus.STORED));
    }

    private Mono<Manifest> fetchAndKeep(PullTarget target, Digest digest) {
        return upstream.getByDigest(target, digest)
                .flatMap(verified -> keep(target, verified))
                .onErrorResume(
                        PullException.class,
                        failure -> access.revokeAfter(failure, target, digest).then(Mono.error(failure)));
    }

    /** Keeps a manifest, and that the repository has it and all that it leads to. */
    Mono<Manifest> keep(PullTarget target, VerifiedManifest verified) {
        return store.put(verified.manifest())
                .then(access.prove(target, verified.proofs()))
                .thenReturn(verified.manifest());
    }

    /** The headers alone; asks the upstream by HEAD where they are not known, and never by GET. */
    Mono<PulledManifest> head(PullTarget target, Digest digest) {
        return held(target, digest).switchIfEmpty(Mono.defer(() -> headersOf(target, digest)));
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

    private Mono<Grant> require(PullTarget target, Digest digest) {
        return access.require(target, digest, () -> upstream.headByDigest(target, digest));
    }
}
