package io.sluice.gateway.pull;

import io.sluice.cache.ContentKey;
import io.sluice.cache.flight.Flights;
import io.sluice.cache.flight.Landing;
import io.sluice.cache.manifest.Membership;
import io.sluice.cache.manifest.Proof;
import io.sluice.gateway.error.PullException;
import io.sluice.gateway.error.UpstreamStatusException;
import io.sluice.oci.Digest;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Who may see what: bytes are shared between repositories, the right to see them belongs to one (T11, T12).
 *
 * <p>A proof on an anonymous route does not age. On a route with credentials it is confirmed again after 15 minutes; an
 * upstream that cannot be asked leaves it valid as long as a tag may be stale. Only the registry's own "no" takes it away.
 */
final class RepositoryAccess {

    /** How long a proof holds on a route with credentials. */
    static final Duration CREDENTIALED_PROOF_LIFETIME = Duration.ofMinutes(15);

    private final Membership membership;
    private final Flights<Wish, Proof> questions;
    private final Predicate<Proof> itsKind;
    private final Clock clock;

    /**
     * @param itsKind which proofs are about the kind of content that this is asked for: that no manifest has a digest
     *     says nothing about a blob that has it, and the other way round
     */
    RepositoryAccess(Membership membership, Flights<Wish, Proof> questions, Predicate<Proof> itsKind, Clock clock) {
        this.membership = membership;
        this.questions = questions;
        this.itsKind = itsKind;
        this.clock = clock;
    }

    /** A proof that holds without asking, or empty. */
    Mono<Grant> onHand(PullTarget target, Digest digest) {
        return proof(target, digest, proof -> true).map(Grant::onHand);
    }

    /** The same, if it is in memory, or null. */
    @Nullable
    Grant inMemory(PullTarget target, Digest digest) {
        Proof proof = membership.inMemory(target.content(digest));
        return proof != null && holds(target, proof) ? Grant.onHand(proof) : null;
    }

    /** The right to see some content; asks the upstream where no proof holds. */
    Mono<Grant> require(PullTarget target, Digest digest, Supplier<Mono<Proof>> question) {
        return require(target, digest, question, proof -> true, proof -> true);
    }

    /**
     * What the upstream says of some content, or said a moment ago. Where it cannot be asked, what it said earlier stands
     * in.
     *
     * @param question how to ask the upstream
     * @param says whether a proof says what has to be known
     */
    Mono<Grant> describe(PullTarget target, Digest digest, Supplier<Mono<Proof>> question, Predicate<Proof> says) {
        Predicate<Proof> isRecent = proof -> target.upstream().freshness().isFresh(proof.provenAt(), clock.instant());
        return require(target, digest, question, says.and(isRecent), says);
    }

    /**
     * The right to see some content, by a proof that says enough; asks the upstream where there is none, together with
     * whoever asks the same now. Where it cannot be asked an older proof stands in.
     *
     * @param question how to ask the upstream
     * @param isEnough whether a proof says enough
     * @param mayStandIn whether an older proof says enough
     */
    private Mono<Grant> require(
            PullTarget target,
            Digest digest,
            Supplier<Mono<Proof>> question,
            Predicate<Proof> isEnough,
            Predicate<Proof> mayStandIn) {
        return proof(target, digest, isEnough)
                .map(Grant::onHand)
                .switchIfEmpty(Mono.defer(() -> ask(target, digest, question, isEnough)
                        .onErrorResume(
                                PullException.class, failure -> inSpiteOf(target, digest, failure, mayStandIn))));
    }

    /** Asks the upstream, whatever is known, together with whoever asks the same now. Its no takes the proof away. */
    Mono<Proof> askAnew(PullTarget target, Digest digest, Supplier<Mono<Proof>> question) {
        Mono<Proof> answer = Mono.defer(question)
                .flatMap(proof -> prove(target, Map.of(digest, proof)).thenReturn(proof));
        return questions
                .join(new Wish(target, digest), () -> answer)
                .map(Landing::value)
                .onErrorResume(
                        PullException.class,
                        failure -> revokeAfter(failure, target, digest).then(Mono.error(failure)));
    }

    private Mono<Grant> ask(
            PullTarget target, Digest digest, Supplier<Mono<Proof>> question, Predicate<Proof> isEnough) {
        Mono<Proof> answer = Mono.defer(question)
                .flatMap(proof -> prove(target, Map.of(digest, proof)).thenReturn(proof));
        return questions
                .join(
                        new Wish(target, digest),
                        () -> proof(target, digest, isEnough).switchIfEmpty(answer))
                .map(landing -> Grant.asked(landing.value(), landing.collapsed()));
    }

    private Mono<Proof> proof(PullTarget target, Digest digest, Predicate<Proof> isEnough) {
        return membership.find(target.content(digest)).filter(proof -> holds(target, proof) && isEnough.test(proof));
    }

    private Mono<Grant> inSpiteOf(
            PullTarget target, Digest digest, PullException failure, Predicate<Proof> mayStandIn) {
        Mono<Grant> refused = Mono.error(failure);
        if (!failure.isOutage()) {
            return revokeAfter(failure, target, digest).then(refused);
        }
        return duringAnOutage(target, digest)
                .filter(mayStandIn)
                .map(proof -> Grant.inSpiteOf(failure, proof))
                .switchIfEmpty(refused);
    }

    /** The proof that is left while the upstream cannot be asked, or empty. */
    Mono<Proof> duringAnOutage(PullTarget target, Digest digest) {
        return membership
                .find(target.content(digest))
                .filter(proof -> holds(target, proof)
                        || target.upstream().freshness().mayBeStale(proof.provenAt(), clock.instant()));
    }

    /** The length that a manifest of the repository names for some content, bytes, or -1 when none is known to. */
    Mono<Long> namedSize(PullTarget target, Digest digest) {
        return membership
                .find(target.content(digest))
                .map(Proof::namedSize)
                .filter(size -> size >= 0)
                .defaultIfEmpty(-1L);
    }

    /** Keeps proofs: the upstream showed or confirmed that the repository has this content. */
    Mono<Void> prove(PullTarget target, Map<Digest, Proof> proofs) {
        return membership.prove(target.key(), proofs);
    }

    /** Takes a proof away when the failure is the registry's own "no". */
    Mono<Void> revokeAfter(PullException failure, PullTarget target, Digest digest) {
        ContentKey key = target.content(digest);
        return isNo(failure)
                ? membership.find(key).filter(itsKind).flatMap(proof -> membership.revoke(key))
                : Mono.empty();
    }

    private boolean holds(PullTarget target, Proof proof) {
        return !target.upstream().credentialed()
                || clock.instant().isBefore(proof.provenAt().plus(CREDENTIALED_PROOF_LIFETIME));
    }

    private static boolean isNo(PullException failure) {
        return failure instanceof UpstreamStatusException answer && answer.isNo();
    }
}
