package io.sluice.gateway.pull;

import io.sluice.cache.TagKey;
import io.sluice.cache.flight.Flights;
import io.sluice.cache.flight.Landing;
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
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * What a tag points to: believed while it is fresh, then confirmed by one HEAD that all who wait share. Docker Hub counts
 * a GET of a manifest as a pull and a HEAD not, so a GET of the tag is the exception: where HEAD does not say enough, and
 * for schema 1, whose digest no HEAD gives reliably.
 */
final class TagResolution {

    /**
     * A resolved tag.
     *
     * @param pointer what it points to
     * @param asked whether the upstream was asked just now
     * @param fetched whether that brought the bytes as well
     * @param collapsed whether another caller, or another replica, had already asked
     */
    record Resolved(TagPointer pointer, boolean asked, boolean fetched, boolean collapsed) {

        Digest digest() {
            return pointer.confirmed().digest();
        }

        boolean isHeld() {
            return digest().equals(pointer.held());
        }
    }

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

    private final TagIndex tags;
    private final ManifestStore store;
    private final RepositoryAccess access;
    private final ManifestUpstream upstream;
    private final ManifestContent content;
    private final Flights<TagWish, Answer> questions;
    private final Flights<TagWish, Answer> fetches;
    private final Clock clock;

    TagResolution(
            TagIndex tags,
            ManifestStore store,
            RepositoryAccess access,
            ManifestUpstream upstream,
            ManifestContent content,
            Flights<TagWish, Answer> questions,
            Flights<TagWish, Answer> fetches,
            Clock clock) {
        this.tags = tags;
        this.store = store;
        this.access = access;
        this.upstream = upstream;
        this.content = content;
        this.questions = questions;
        this.fetches = fetches;
        this.clock = clock;
    }

    /** What the tag points to now. */
    Mono<Resolved> resolve(PullTarget target, TagKey key) {
        return Mono.defer(() -> {
            Instant now = clock.instant();
            return tags.find(key)
                    .map(known -> resolve(target, key, now, known))
                    .defaultIfEmpty(Mono.defer(() -> question(target, key, TagWait.from(now, null))))
                    .flatMap(resolved -> resolved);
        });
    }

    private Mono<Resolved> resolve(PullTarget target, TagKey key, Instant now, TagPointer known) {
        return isFresh(target, known)
                ? Mono.just(new Resolved(known, false, false, false))
                : question(target, key, TagWait.from(now, known));
    }

    private Mono<Resolved> question(PullTarget target, TagKey key, TagWait wait) {
        return questions
                .join(
                        new TagWish(target.upstream(), key),
                        () -> confirmed(target, key, wait).map(pointer -> new Answer(pointer, false, true)),
                        () -> ask(target, key))
                .map(TagResolution::resolved);
    }

    /** What the tag points to, as the upstream says now, whatever is known. */
    Mono<Refreshed> refresh(PullTarget target, TagKey key) {
        return tags.find(key)
                .map(Optional::of)
                .defaultIfEmpty(Optional.empty())
                .flatMap(known -> refresh(target, key, known.orElse(null)));
    }

    private Mono<Refreshed> refresh(PullTarget target, TagKey key, @Nullable TagPointer known) {
        TagWait wait = TagWait.from(clock.instant(), known);
        Digest from = known == null ? null : known.confirmed().digest();
        return questions
                .join(
                        new TagWish(target.upstream(), key),
                        () -> tags.find(key).filter(wait::isOverWith).map(pointer -> new Answer(pointer, false, true)),
                        () -> ask(target, key))
                .map(landing -> new Refreshed(
                        from, landing.value().pointer().confirmed().digest()));
    }

    /**
     * Reads the tag itself by GET, where the digest that HEAD gave cannot be had (U33).
     *
     * @param gone what HEAD gave
     */
    Mono<Resolved> resolveByGet(PullTarget target, TagKey key, Resolved gone) {
        return Mono.defer(() -> {
            TagWait wait = TagWait.from(clock.instant(), gone.pointer());
            return fetches.join(
                            new TagWish(target.upstream(), key),
                            () -> confirmed(target, key, wait)
                                    .filter(pointer ->
                                            pointer.confirmed().digest().equals(pointer.held()))
                                    .map(pointer -> new Answer(pointer, true, true)),
                            () -> orForget(getItself(target, key), target, key))
                    .map(TagResolution::resolved);
        });
    }

    /** What has been confirmed by now, of which the upstream need not be asked again. */
    private Mono<TagPointer> confirmed(PullTarget target, TagKey key, TagWait wait) {
        return tags.find(key).filter(pointer -> isFresh(target, pointer) || wait.isOverWith(pointer));
    }

    private boolean isFresh(PullTarget target, TagPointer pointer) {
        return target.upstream().freshness().isFresh(pointer.confirmedAt(), clock.instant());
    }

    private Mono<Answer> getItself(PullTarget target, TagKey key) {
        Accept accept = key.accept();
        return getByTag(target, key, accept.isOnlySchema1() ? accept : accept.withoutSchema1());
    }

    private static Resolved resolved(Landing<Answer> landing) {
        Answer answer = landing.value();
        return new Resolved(answer.pointer(), true, answer.fetched(), landing.collapsed() || answer.found());
    }

    /** Remembers that the bytes the tag points to are held now, unless someone else did, or it was resolved anew. */
    Mono<Void> nowHeld(TagKey key, Resolved resolved) {
        return resolved.isHeld()
                ? Mono.empty()
                : tags.find(key)
                        .filter(resolved.pointer()::equals)
                        .flatMap(pointer -> tags.put(key, pointer.withHeld(resolved.digest())));
    }

    private Mono<Answer> ask(PullTarget target, TagKey key) {
        Accept accept = key.accept();
        Mono<Answer> answer = accept.isOnlySchema1()
                ? getByTag(target, key, accept)
                : headByTag(target, key)
                        .onErrorResume(
                                failure -> accept.acceptsSchema1() && isNotAvailable(failure),
                                failure -> getByTag(target, key, Accept.onlySchema1()));
        return orForget(answer, target, key);
    }

    private Mono<Answer> orForget(Mono<Answer> answer, PullTarget target, TagKey key) {
        return answer.onErrorResume(
                UpstreamStatusException.class,
                failure ->
                        failure.isNo() ? forget(target, key, failure).then(Mono.error(failure)) : Mono.error(failure));
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
        return failure instanceof UpstreamStatusException answer && answer.status() != 404;
    }

    private static boolean isNotAvailable(Throwable failure) {
        return failure instanceof UpstreamStatusException answer && (answer.status() == 404 || answer.status() == 406);
    }
}
