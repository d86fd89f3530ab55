package io.sluice.gateway.pull;

import io.sluice.cache.TagKey;
import io.sluice.cache.manifest.Proof;
import io.sluice.gateway.error.PullException;
import io.sluice.gateway.error.UpstreamStatusException;
import io.sluice.gateway.metrics.Kind;
import io.sluice.gateway.pull.TagResolution.Meanwhile;
import io.sluice.gateway.pull.TagResolution.Resolved;
import io.sluice.oci.Accept;
import io.sluice.oci.Digest;
import io.sluice.oci.Reference;
import io.sluice.oci.Tag;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * The story of a manifest. By digest: it is held, or it arrives with the one fetch that all who want it share. By tag:
 * the tag is resolved to a digest, and the story goes on as above; when the upstream cannot be asked, the last manifest
 * of the tag is served as a stale one.
 */
public final class ManifestPull {

    private final ManifestContent content;
    private final TagResolution tags;
    private final StaleTags stale;
    private final Admission admission;

    ManifestPull(ManifestContent content, TagResolution tags, StaleTags stale, Admission admission) {
        this.content = content;
        this.tags = tags;
        this.stale = stale;
        this.admission = admission;
    }

    /**
     * A verified manifest, with its bytes.
     *
     * @return an answer, or an error of {@code gateway.error}
     */
    public Mono<PulledManifest> get(PullTarget target, Reference reference, Accept accept) {
        return admission.of(target, Kind.MANIFEST, reference, () -> getAdmitted(target, reference, accept));
    }

    /** The same, of what may be pulled. */
    Mono<PulledManifest> getAdmitted(PullTarget target, Reference reference, Accept accept) {
        Mono<PulledManifest> manifest = switch (reference) {
            case Digest digest -> content.get(target, digest);
            case Tag tag -> getByTag(target, new TagKey(target.key(), tag, accept));
        };
        return manifest.flatMap(pulled -> admission.letIn(target, pulled));
    }

    /**
     * What the headers of a manifest say; its bytes are only there when they are held.
     *
     * @return an answer, or an error of {@code gateway.error}
     */
    public Mono<PulledManifest> head(PullTarget target, Reference reference, Accept accept) {
        return admission.of(target, Kind.MANIFEST, reference, () -> headAdmitted(target, reference, accept));
    }

    private Mono<PulledManifest> headAdmitted(PullTarget target, Reference reference, Accept accept) {
        Mono<PulledManifest> headers = switch (reference) {
            case Digest digest -> content.head(target, digest);
            case Tag tag -> headByTag(target, new TagKey(target.key(), tag, accept));
        };
        return headers.flatMap(pulled -> admission.letIn(target, pulled));
    }

    /**
     * The answer of {@link #get}, or null where more than a look into memory is needed: nothing is read from a disk, asked,
     * waited for or noted.
     */
    public @Nullable PulledManifest getFromMemory(PullTarget target, Reference reference, Accept accept) {
        return fromMemory(
                target,
                reference,
                accept,
                resolved -> resolved.isHeld() ? content.inMemory(target, resolved.digest()) : null);
    }

    /** The answer of {@link #head}, or null as in {@link #getFromMemory}. */
    public @Nullable PulledManifest headFromMemory(PullTarget target, Reference reference, Accept accept) {
        return fromMemory(target, reference, accept, ManifestPull::headers);
    }

    /** @param follow what a tag that was resolved leads to, or null */
    private @Nullable PulledManifest fromMemory(
            PullTarget target,
            Reference reference,
            Accept accept,
            Function<Resolved, @Nullable PulledManifest> follow) {
        PulledManifest inMemory = switch (reference) {
            case Digest digest -> content.inMemory(target, digest);
            case Tag tag -> {
                Resolved resolved = tags.inMemory(target, new TagKey(target.key(), tag, accept));
                yield resolved == null ? null : follow.apply(resolved);
            }
        };
        boolean maySee =
                inMemory != null && admission.admitsAtOnce(target, reference) && admission.hasLetIn(target, inMemory);
        return maySee ? inMemory : null;
    }

    /**
     * Asks the upstream now where a tag points, together with whoever asks the same now; its bytes are fetched by the pull
     * that wants them.
     */
    public Mono<Refreshed> refresh(PullTarget target, TagKey key) {
        return tags.refresh(target, key);
    }

    /** Asks the upstream now whether the repository has a manifest. */
    public Mono<Proof> refresh(PullTarget target, Digest digest) {
        return content.refresh(target, digest);
    }

    private Mono<PulledManifest> getByTag(PullTarget target, TagKey key) {
        return resolved(target, key, resolved -> follow(target, key, resolved));
    }

    /**
     * Resolves a tag and goes on with what it points to. An older answer stands in where the upstream gave none, or need
     * not be waited for.
     */
    private Mono<PulledManifest> resolved(
            PullTarget target, TagKey key, Function<Resolved, Mono<PulledManifest>> next) {
        return tags.resolve(target, key)
                .flatMap(resolution -> switch (resolution) {
                    case Resolved resolved -> next.apply(resolved);
                    case Meanwhile meanwhile ->
                        stale.meanwhile(target, key, meanwhile.known())
                                .switchIfEmpty(
                                        tags.ask(target, key, meanwhile.known()).flatMap(next));
                })
                .onErrorResume(failure -> mayStandIn(target, failure), failure -> staleInsteadOf(failure, target, key));
    }

    private Mono<PulledManifest> follow(PullTarget target, TagKey key, Resolved resolved) {
        return content.get(target, resolved.digest())
                .flatMap(pulled -> tags.nowHeld(key, resolved).thenReturn(pulled))
                .map(pulled -> withResolution(pulled, resolved))
                .onErrorResume(ManifestPull::isNotFound, gone -> getTheTagItself(target, key, resolved));
    }

    /** The digest that HEAD gave cannot be had: it moved in between, or the registry does not serve by digest. */
    private Mono<PulledManifest> getTheTagItself(PullTarget target, TagKey key, Resolved gone) {
        return tags.resolveByGet(target, key, gone)
                .flatMap(resolved ->
                        content.get(target, resolved.digest()).map(pulled -> withResolution(pulled, resolved)));
    }

    private Mono<PulledManifest> headByTag(PullTarget target, TagKey key) {
        return resolved(target, key, resolved -> Mono.just(headers(resolved)));
    }

    private static PulledManifest headers(Resolved resolved) {
        return new PulledManifest(resolved.pointer().confirmed(), null, statusOfHeaders(resolved));
    }

    private Mono<PulledManifest> staleInsteadOf(Throwable failure, PullTarget target, TagKey key) {
        return stale.insteadOf((PullException) failure, target, key);
    }

    /** Bytes that are held by now came with the resolution, or were confirmed by it. */
    private static PulledManifest withResolution(PulledManifest pulled, Resolved resolved) {
        if (!resolved.asked() || !pulled.status().equals(CacheStatus.HIT)) {
            return pulled;
        }
        return pulled.withStatus(
                resolved.fetched() ? CacheStatus.stored(resolved.collapsed()) : CacheStatus.REVALIDATED);
    }

    private static CacheStatus statusOfHeaders(Resolved resolved) {
        if (!resolved.asked()) {
            return CacheStatus.HIT;
        }
        if (resolved.fetched()) {
            return CacheStatus.stored(resolved.collapsed());
        }
        if (resolved.isHeld()) {
            return CacheStatus.REVALIDATED;
        }
        return resolved.collapsed() ? CacheStatus.COLLAPSED : CacheStatus.MISS;
    }

    private static boolean mayStandIn(PullTarget target, Throwable failure) {
        return failure instanceof PullException pullFailure
                && target.upstream().tags().mayStandIn(pullFailure);
    }

    private static boolean isNotFound(Throwable failure) {
        return failure instanceof UpstreamStatusException answer && answer.status() == 404;
    }
}
