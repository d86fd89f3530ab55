package io.sluice.gateway.admin;

import io.sluice.cache.ContentKey;
import io.sluice.cache.RepositoryKey;
import io.sluice.cache.TagKey;
import io.sluice.cache.blob.BlobStore;
import io.sluice.cache.manifest.ManifestStore;
import io.sluice.cache.manifest.Membership;
import io.sluice.cache.manifest.Proof;
import io.sluice.cache.manifest.TagIndex;
import io.sluice.gateway.error.PullException;
import io.sluice.gateway.pull.PinnedContent;
import io.sluice.gateway.pull.PullTarget;
import io.sluice.gateway.pull.Pulls;
import io.sluice.gateway.pull.UpstreamDirectory;
import io.sluice.oci.Accept;
import io.sluice.oci.Digest;
import io.sluice.oci.Tag;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Forgets what is known of a tag, a digest or a repository, so that the next pull asks the upstream; or asks the upstream
 * now. Bytes leave only where that is asked for: they belong to every repository that has them, and whoever reads them
 * reads on.
 */
public final class AdminActions {

    private static final int AT_ONCE = 8;

    private final UpstreamDirectory upstreams;
    private final Pulls pulls;
    private final Pulls.Stores stores;
    private final PinnedContent pinned;

    public AdminActions(UpstreamDirectory upstreams, Pulls pulls, Pulls.Stores stores, PinnedContent pinned) {
        this.upstreams = upstreams;
        this.pulls = pulls;
        this.stores = stores;
        this.pinned = pinned;
    }

    Mono<AdminAnswer> forget(AdminRequest request) {
        return onTarget(request, target -> switch (request.reference()) {
            case null -> forgetAll(target);
            case Tag tag -> forgetTag(target, tag);
            case Digest digest -> forgetDigest(target, digest, request.bytes());
        });
    }

    /** Asks the upstream now where a tag points, or whether it has a digest; for a repository, of all tags that are known. */
    Mono<AdminAnswer> refresh(AdminRequest request) {
        return onTarget(request, target -> switch (request.reference()) {
            case null -> refreshAll(target);
            case Tag tag -> refreshTag(target, tag).map(pointers -> AdminAnswer.done(Map.of("tags", pointers)));
            case Digest digest -> refreshDigest(target, digest);
        });
    }

    private Mono<AdminAnswer> onTarget(AdminRequest request, Function<PullTarget, Mono<AdminAnswer>> action) {
        if (request.bytes() && !(request.reference() instanceof Digest)) {
            return Mono.just(AdminAnswer.refused(400, "bytes: only with a digest as the reference"));
        }
        return upstreams
                .upstream(request.route())
                .map(upstream -> new PullTarget(upstream, request.repository()))
                .map(target -> {
                    pulls.lists().askAnew(target);
                    return action.apply(target);
                })
                .orElseGet(() -> Mono.just(AdminAnswer.refused(404, "there is no such route")));
    }

    private Mono<AdminAnswer> forgetTag(PullTarget target, Tag tag) {
        TagIndex tags = stores.tags();
        return tags.variants(target.key(), tag)
                .flatMap(variants -> tags.remove(target.key(), tag)
                        .thenReturn(AdminAnswer.done(Map.of("pointers", variants.size()))));
    }

    private Mono<AdminAnswer> forgetDigest(PullTarget target, Digest digest, boolean bytes) {
        ContentKey key = target.content(digest);
        Mono<Boolean> proven = stores.membership().find(key).hasElement();
        return proven.flatMap(was -> stores.membership()
                .revoke(key)
                .then(bytes ? forgetBytes(digest) : Mono.just("kept"))
                .map(became -> AdminAnswer.done(ordered("proofs", was ? 1 : 0, "bytes", became))));
    }

    /** Pinned ones stay: it was said in the configuration that they do. */
    private Mono<String> forgetBytes(Digest digest) {
        if (pinned.isPinned(digest)) {
            return Mono.just("kept: pinned");
        }
        ManifestStore manifests = stores.manifests();
        BlobStore blobs = stores.blobs();
        Mono<Boolean> held = manifests
                .find(digest)
                .hasElement()
                .flatMap(manifest ->
                        manifest ? Mono.just(true) : blobs.size(digest).hasElement());
        return held.flatMap(
                was -> manifests.remove(digest).then(blobs.remove(digest)).thenReturn(was ? "gone" : "not held"));
    }

    private Mono<AdminAnswer> forgetAll(PullTarget target) {
        RepositoryKey repository = target.key();
        Membership membership = stores.membership();
        Mono<Set<Tag>> tags = stores.tags()
                .tags(repository)
                .delayUntil(known ->
                        Flux.fromIterable(known).flatMap(tag -> stores.tags().remove(repository, tag), AT_ONCE));
        Mono<Set<Digest>> proofs = membership
                .contents(repository)
                .delayUntil(known -> Flux.fromIterable(known)
                        .flatMap(digest -> membership.revoke(new ContentKey(repository, digest)), AT_ONCE));
        return tags.zipWith(
                proofs, (names, digests) -> AdminAnswer.done(ordered("tags", names.size(), "proofs", digests.size())));
    }

    private Mono<AdminAnswer> refreshAll(PullTarget target) {
        return stores.tags()
                .tags(target.key())
                .flatMapMany(Flux::fromIterable)
                .flatMap(tag -> refreshTag(target, tag), AT_ONCE)
                .flatMapIterable(Function.identity())
                .collectList()
                .map(pointers -> AdminAnswer.done(Map.of("tags", pointers)));
    }

    /** The tag, for every Accept that it was asked for with; for any where it was never. */
    private Mono<List<Map<String, Object>>> refreshTag(PullTarget target, Tag tag) {
        return stores.tags()
                .variants(target.key(), tag)
                .map(variants -> variants.isEmpty() ? Set.of(Accept.ANY) : variants.keySet())
                .flatMapMany(Flux::fromIterable)
                .concatMap(accept -> refreshTag(target, new TagKey(target.key(), tag, accept)))
                .distinct()
                .collectList();
    }

    private Mono<Map<String, Object>> refreshTag(PullTarget target, TagKey key) {
        String tag = key.tag().text();
        return pulls.manifests()
                .refresh(target, key)
                .map(refreshed -> ordered("tag", tag, "from", text(refreshed.from()), "to", text(refreshed.to())))
                .onErrorResume(
                        PullException.class, failure -> Mono.just(ordered("tag", tag, "failed", failure.getMessage())));
    }

    private Mono<AdminAnswer> refreshDigest(PullTarget target, Digest digest) {
        return stores.membership()
                .find(target.content(digest))
                .filter(Pulls::isOfBlob)
                .hasElement()
                .flatMap(blob -> blob
                        ? pulls.blobs().refresh(target, digest)
                        : pulls.manifests().refresh(target, digest))
                .map(Proof::provenAt)
                .map(at -> AdminAnswer.done(ordered("digest", digest.text(), "confirmed", at.toString())));
    }

    /** The digest, or nothing where none was known. */
    private static String text(@Nullable Digest digest) {
        return digest == null ? "" : digest.text();
    }

    private static Map<String, Object> ordered(Object... keysAndValues) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            map.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return map;
    }
}
