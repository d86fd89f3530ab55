package io.sluice.gateway.pull;

import io.sluice.cache.TagKey;
import io.sluice.cache.manifest.ManifestDescriptor;
import io.sluice.cache.manifest.ManifestStore;
import io.sluice.cache.manifest.Proof;
import io.sluice.cache.manifest.TagIndex;
import io.sluice.cache.manifest.TagPointer;
import io.sluice.gateway.error.PullException;
import io.sluice.gateway.error.UpstreamStatusException;
import io.sluice.oci.Accept;
import io.sluice.oci.Digest;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * What the upstream says of a tag, kept as soon as it is said (T02). Docker Hub counts a GET of a manifest as a pull and a
 * HEAD not, so a GET of the tag is the exception: where HEAD does not say enough, and for schema 1, whose digest no HEAD
 * gives reliably.
 *
 * @param tags where tags point
 * @param store manifests, to know whether the bytes are held already
 * @param access which repository has what
 * @param upstream manifests at the upstream
 * @param content keeps those that come
 * @param clock tells when the upstream said so
 */
record UpstreamTags(
        TagIndex tags,
        ManifestStore store,
        RepositoryAccess access,
        ManifestUpstream upstream,
        ManifestContent content,
        Clock clock) {

    /**
     * What one flight brings.
     *
     * @param pointer where the tag points
     * @param fetched whether the bytes came with it
     * @param found whether it had come by then with another flight, be it another replica's
     */
    record Answer(TagPointer pointer, boolean fetched, boolean found) {

        static Answer of(TagPointer pointer, boolean fetched) {
            return new Answer(pointer, fetched, false);
        }
    }

    /** Where the tag points. */
    Mono<Answer> ask(PullTarget target, TagKey key) {
        Accept accept = key.accept();
        Mono<Answer> answer = accept.isOnlySchema1()
                ? getByTag(target, key, accept)
                : headByTag(target, key)
                        .onErrorResume(
                                failure -> accept.acceptsSchema1() && isNotAvailable(failure),
                                failure -> getByTag(target, key, Accept.onlySchema1()));
        return orForget(answer, target, key);
    }

    /** Where the tag points, by a GET of the tag, whose bytes are kept. */
    Mono<Answer> getItself(PullTarget target, TagKey key) {
        Accept accept = key.accept();
        return orForget(getByTag(target, key, accept.isOnlySchema1() ? accept : accept.withoutSchema1()), target, key);
    }

    private Mono<Answer> orForget(Mono<Answer> answer, PullTarget target, TagKey key) {
        return answer.onErrorResume(
                UpstreamStatusException.class,
                failure -> takesAway(target, failure)
                        ? forget(target, key, failure).then(Mono.error(failure))
                        : Mono.error(failure));
    }

    /** Whether a tag is dropped after this answer. */
    static boolean takesAway(PullTarget target, UpstreamStatusException failure) {
        return isRefusal(failure)
                || failure.status() == 404 && !target.upstream().tags().outlivesNotFound();
    }

    private Mono<Answer> headByTag(PullTarget target, TagKey key) {
        Accept accept = key.accept().withoutSchema1();
        return upstream.headByTag(target, key.tag(), accept)
                .flatMap(descriptor -> confirm(target, key, descriptor))
                .switchIfEmpty(Mono.defer(() -> getByTag(target, key, accept)));
    }

    private Mono<Answer> getByTag(PullTarget target, TagKey key, Accept accept) {
        return upstream.getByTag(target, key.tag(), accept)
                .flatMap(verified -> content.keep(target, verified))
                .map(manifest -> new TagPointer(manifest.descriptor(), clock.instant(), manifest.digest()))
                .flatMap(pointer -> tags.put(key, pointer).thenReturn(Answer.of(pointer, true)));
    }

    /** Keeps what HEAD said: where the tag points, and that the repository has that digest. */
    private Mono<Answer> confirm(PullTarget target, TagKey key, ManifestDescriptor descriptor) {
        Instant now = clock.instant();
        Proof proof = new Proof(now, descriptor.mediaType(), descriptor.size());
        return access.prove(target, Map.of(descriptor.digest(), proof))
                .then(lastHeld(key, descriptor.digest()))
                .map(held -> new TagPointer(descriptor, now, held))
                .defaultIfEmpty(new TagPointer(descriptor, now, null))
                .flatMap(pointer -> tags.put(key, pointer).thenReturn(Answer.of(pointer, false)));
    }

    /** The digest itself when its bytes are held, else the one that the tag's last bytes had, or empty. */
    private Mono<Digest> lastHeld(TagKey key, Digest digest) {
        return store.find(digest)
                .map(manifest -> manifest.digest())
                .switchIfEmpty(tags.find(key).mapNotNull(TagPointer::held));
    }

    /** After the registry's own "no": a tag that is gone is not served stale; without the right to it, nor its digests. */
    private Mono<Void> forget(PullTarget target, TagKey key, PullException failure) {
        return tags.find(key)
                .flatMap(pointer -> tags.put(key, pointer.withHeld(null))
                        .then(isRefusal(failure) ? revoke(target, failure, pointer) : Mono.empty()));
    }

    private Mono<Void> revoke(PullTarget target, PullException failure, TagPointer pointer) {
        @Nullable Digest held = pointer.held();
        Digest confirmed = pointer.confirmed().digest();
        return access.revokeAfter(failure, target, confirmed)
                .then(held == null ? Mono.empty() : access.revokeAfter(failure, target, held));
    }

    private static boolean isRefusal(PullException failure) {
        return failure instanceof UpstreamStatusException answer && answer.isNo() && answer.status() != 404;
    }

    private static boolean isNotAvailable(Throwable failure) {
        return failure instanceof UpstreamStatusException answer && (answer.status() == 404 || answer.status() == 406);
    }
}
