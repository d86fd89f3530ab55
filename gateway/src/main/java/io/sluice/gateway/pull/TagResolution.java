package io.sluice.gateway.pull;

import io.sluice.cache.TagKey;
import io.sluice.cache.flight.Flights;
import io.sluice.cache.flight.Landing;
import io.sluice.cache.manifest.TagIndex;
import io.sluice.cache.manifest.TagPointer;
import io.sluice.gateway.error.PullException;
import io.sluice.gateway.error.UpstreamStatusException;
import io.sluice.gateway.pull.UpstreamTags.Answer;
import io.sluice.oci.Digest;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * What a tag points to: believed while it is fresh, then confirmed by one HEAD that all who wait share, or that nobody
 * waits for while the last answer may stand in.
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

        /** One that nobody had to be asked for. */
        static Resolved asKnown(TagPointer pointer) {
            return new Resolved(pointer, false, false, false);
        }

        Digest digest() {
            return pointer.confirmed().digest();
        }

        boolean isHeld() {
            return TagResolution.isHeld(pointer);
        }
    }

    private final TagIndex tags;
    private final UpstreamTags upstream;
    private final Flights<TagWish, Answer> questions;
    private final Flights<TagWish, Answer> fetches;
    private final FailedChecks failures;
    private final Clock clock;

    TagResolution(
            TagIndex tags,
            UpstreamTags upstream,
            Flights<TagWish, Answer> questions,
            Flights<TagWish, Answer> fetches,
            Clock clock) {
        this.tags = tags;
        this.upstream = upstream;
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

    /** What the tag points to, if that is in memory and fresh, or null. */
    @Nullable
    Resolved inMemory(PullTarget target, TagKey key) {
        TagPointer known = tags.inMemory(key);
        return known != null && isFresh(target, key, known) ? Resolved.asKnown(known) : null;
    }

    private Mono<? extends Resolution> resolve(PullTarget target, TagKey key, Instant now, TagPointer known) {
        if (isFresh(target, key, known)) {
            return Mono.just(Resolved.asKnown(known));
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
                        new TagWish(target.upstream(), key),
                        () -> confirmed(target, key, wait).map(pointer -> new Answer(pointer, false, true)),
                        () -> upstream.ask(target, key))
                .map(TagResolution::resolved)
                .doOnNext(resolved -> failures.succeeded(key))
                .doOnError(failure -> mayStandIn(target, failure), failure -> failures.failed(key));
    }

    /** Asks without waiting: the flight goes on by itself, and who comes later finds what it brought. */
    private void questionBehind(PullTarget target, TagKey key, TagWait wait) {
        if (!questions.isInTheAir(new TagWish(target.upstream(), key))) {
            question(target, key, wait).subscribe(resolved -> {}, failure -> {});
        }
    }

    private static boolean mayStandIn(PullTarget target, Throwable failure) {
        return failure instanceof PullException pullFailure
                && target.upstream().tags().mayStandIn(pullFailure);
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
                        () -> upstream.ask(target, key))
                .map(landing -> new Refreshed(
                        from, landing.value().pointer().confirmed().digest()))
                .onErrorResume(
                        failure -> isGone(target, failure),
                        failure -> tags.remove(key.repository(), key.tag()).then(Mono.error(failure)));
    }

    private static boolean isGone(PullTarget target, Throwable failure) {
        return failure instanceof UpstreamStatusException answer && UpstreamTags.takesAway(target, answer);
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
                                    .filter(TagResolution::isHeld)
                                    .map(pointer -> new Answer(pointer, true, true)),
                            () -> upstream.getItself(target, key))
                    .map(TagResolution::resolved);
        });
    }

    /** What has been confirmed by now, of which the upstream need not be asked again. */
    private Mono<TagPointer> confirmed(PullTarget target, TagKey key, TagWait wait) {
        return tags.find(key).filter(pointer -> isFresh(target, key, pointer) || wait.isOverWith(pointer));
    }

    private boolean isFresh(PullTarget target, TagKey key, TagPointer pointer) {
        Instant now = clock.instant();
        Instant confirmed = pointer.confirmedAt();
        return isHeld(pointer)
                ? target.freshness(key.tag()).isFresh(confirmed, now)
                        || target.freshnessOfHeld(key.tag()).isFresh(confirmed, now)
                : target.freshnessOfUnheld(key.tag()).isFresh(confirmed, now);
    }

    private static boolean isHeld(TagPointer pointer) {
        return pointer.confirmed().digest().equals(pointer.held());
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
}
