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
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * What a tag points to: believed while it is fresh, then confirmed by one HEAD that all who wait share, or that nobody
 * waits for while the last answer may stand in. Docker Hub counts a GET of a manifest as a pull and a HEAD not, so a GET of
 * the tag is the exception: where HEAD does not say enough, and for schema 1, whose digest no HEAD gives reliably.
 */
final class TagResolution {

    /** What became of the question where a tag points. */
    sealed interface Resolution permits Resolved, Meanwhile {}

    /**
     * The upstream is not waited for: it is being asked, or gave no answer a moment ago.
     *
     * @param known what was last known
     */
    record Meanwhile(TagPointer known) implements Resolution {}

    /**
     * A resolved tag.
     *
     * @param pointer what it points to
     * @param asked whether the upstream was asked just now
     * @param fetched whether that brought the bytes as well
     * @param collapsed whether another caller, or another replica, had already asked
     */
    record Resolved(TagPointer pointer, boolean asked, boolean fetched, boolean collapsed) implements Resolution {

        Digest digest() {
            return pointer.confirmed().digest();
        }

        boolean isHeld() {
            return TagResolution.isHeld(pointer);
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
    private final Flights<TagKey, Answer> questions;
    private final Flights<TagKey, Answer> fetches;
    private final FailedChecks failures;
    private final Clock clock;

    TagResolution(
            TagIndex tags,
            ManifestStore store,
            RepositoryAccess access,
            ManifestUpstream upstream,
            ManifestContent content,
            Flights<TagKey, Answer> questions,
            Flights<TagKey, Answer> fetches,
            Clock clock) {
        this.tags = tags;
        this.store = store;
        this.access = access;
        this.upstream = upstream;
        this.content = content;
        this.questions = questions;
        this.fetches = fetches;
        this.failures = new FailedChecks(clock);
        this.clock = clock;
    }

    /** What the tag points to now, unless the upstream would have to be waited for that may be done without. */
    Mono<Resolution> resolve(PullTarget target, TagKey key) {
        return Mono.defer(() -> {
            Instant now = clock.instant();
            return tags.find(key)
                    .<Mono<? extends Resolution>>map(known -> resolve(target, key, now, known))
                    .defaultIfEmpty(Mono.defer(() -> question(target, key, TagWait.from(now, null))))
                    .flatMap(resolution -> resolution);
        });
    }

    private Mono<? extends Resolution> resolve(PullTarget target, TagKey key, Instant now, TagPointer known) {
        if (isFresh(target, key, known)) {
            return Mono.just(new Resolved(known, false, false, false));
        }
        TagWait wait = TagWait.from(now, known);
        TagFreshness freshness = target.freshness(key.tag());
        if (known.held() == null || !freshness.mayBeStale(known.confirmedAt(), now)) {
            return question(target, key, wait);
        }
        if (failures.isRecent(key)) {
            return Mono.just(new Meanwhile(known));
        }
        if (isHeld(known) && freshness.mayBeStaleMeanwhile(known.confirmedAt(), now)) {
            questionBehind(target, key, wait);
            return Mono.just(new Meanwhile(known));
        }
        return impatiently(question(target, key, wait), target, key, known);
    }

    /** The answer, or after a while what is known; the question goes on, and is not asked again at once. */
    private Mono<Resolution> impatiently(Mono<Resolved> answer, PullTarget target, TagKey key, TagPointer known) {
        TagPolicy policy = target.upstream().tags();
        Mono<Resolution> meanwhile = Mono.fromSupplier(() -> {
            failures.failed(key);
            return new Meanwhile(known);
        });
        return policy.mayStandInForSlowness()
                ? answer.cast(Resolution.class).timeout(policy.answerWithin(), meanwhile)
                : answer.cast(Resolution.class);
    }

    /** What the upstream says that the tag points to. */
    Mono<Resolved> ask(PullTarget target, TagKey key, TagPointer known) {
        return Mono.defer(() -> question(target, key, TagWait.from(clock.instant(), known)));
    }

    private Mono<Resolved> question(PullTarget target, TagKey key, TagWait wait) {
        return questions
                .join(
                        key,
                        () -> confirmed(target, key, wait).map(pointer -> new Answer(pointer, false, true)),
                        () -> ask(target, key))
                .map(TagResolution::resolved)
                .doOnNext(resolved -> failures.succeeded(key))
                .doOnError(failure -> mayStandIn(target, failure), failure -> failures.failed(key));
    }

    /** Asks without waiting: the flight goes on by itself, and who comes later finds what it brought. */
    private void questionBehind(PullTarget target, TagKey key, TagWait wait) {
        if (!questions.isInTheAir(key)) {
            question(target, key, wait).subscribe(resolved -> {}, failure -> {});
        }
    }

    private static boolean mayStandIn(PullTarget target, Throwable failure) {
        return failure instanceof PullException pullFailure
                && target.upstream().tags().mayStandIn(pullFailure);
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
                            key,
                            () -> confirmed(target, key, wait)
                                    .filter(TagResolution::isHeld)
                                    .map(pointer -> new Answer(pointer, true, true)),
                            () -> orForget(getItself(target, key), target, key))
                    .map(TagResolution::resolved);
        });
    }

    /** What has been confirmed by now, of which the upstream need not be asked again. */
    private Mono<TagPointer> confirmed(PullTarget target, TagKey key, TagWait wait) {
        return tags.find(key).filter(pointer -> isFresh(target, key, pointer) || wait.isOverWith(pointer));
    }

    private boolean isFresh(PullTarget target, TagKey key, TagPointer pointer) {
        TagFreshness freshness = isHeld(pointer) ? target.freshnessOfHeld(key.tag()) : target.freshness(key.tag());
        return freshness.isFresh(pointer.confirmedAt(), clock.instant());
    }

    private static boolean isHeld(TagPointer pointer) {
        return pointer.confirmed().digest().equals(pointer.held());
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
                failure -> takesAway(target, failure)
                        ? forget(target, key, failure).then(Mono.error(failure))
                        : Mono.error(failure));
    }

    private static boolean takesAway(PullTarget target, UpstreamStatusException failure) {
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
