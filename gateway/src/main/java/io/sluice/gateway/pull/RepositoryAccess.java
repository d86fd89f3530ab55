package io.sluice.gateway.pull;

import io.sluice.cache.ContentKey;
import io.sluice.cache.flight.Flights;
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
    private final Flights<ContentKey, Proof> questions;
    private final Clock clock;

    RepositoryAccess(Membership membership, Flights<ContentKey, Proof> questions, Clock clock) {
        this.membership = membership;
        this.questions = questions;
        this.clock = clock;
    }

    /** A proof that holds without asking, or empty. */
    Mono<Grant> onHand(PullTarget target, Digest digest) {
        return proof(target, digest, proof -> true).map(Grant::onHand);
    }

    /** The right to see some content; asks the upstream where no proof holds. */
    Mono<Grant> require(PullTarget target, Digest digest, Supplier<Mono<Proof>> question) {
        return require(target, digest, question, proof -> true);
    }

    /**
     * The right to see some content, by a proof that says enough; asks the upstream where there is none, together with
     * whoever asks the same now. Where it cannot be asked an older proof stands in.
     *
     * @param question how to ask the upstream
     * @param isEnough whether a proof says enough
     */
    Mono<Grant> require(PullTarget target, Digest digest, Supplier<Mono<Proof>> question, Predicate<Proof> isEnough) {
        return proof(target, digest, isEnough)
                .map(Grant::onHand)
                .switchIfEmpty(Mono.defer(() -> ask(target, digest, question, isEnough)));
    }

    private Mono<Grant> ask(
            PullTarget target, Digest digest, Supplier<Mono<Proof>> question, Predicate<Proof> isEnough) {
        ContentKey key = target.content(digest);
        Mono<Proof> answer = Mono.defer(question)
                .flatMap(proof -> prove(target, Map.of(digest, proof)).thenReturn(proof));
        return questions
                .join(key, () -> proof(target, digest, isEnough).switchIfEmpty(answer))
                .map(landing -> Grant.asked(landing.value(), landing.collapsed()))
                .onErrorResume(PullException.class, failure -> inSpiteOf(target, key, failure));
    }

    private Mono<Proof> proof(PullTarget target, Digest digest, Predicate<Proof> isEnough) {
        return membership.find(target.content(digest)).filter(proof -> holds(target, proof) && isEnough.test(proof));
    }

    private Mono<Grant> inSpiteOf(PullTarget target, ContentKey key, PullException failure) {
        Mono<Grant> refused = Mono.error(failure);
        if (isNo(failure)) {
            return membership.revoke(key).then(refused);
        }
        if (!failure.isOutage()) {
            return refused;
        }
        return membership
                .find(key)
                .filter(proof -> target.upstream().freshness().mayBeStale(proof.provenAt(), clock.instant()))
                .map(proof -> Grant.inSpiteOf(failure, proof))
                .switchIfEmpty(refused);
    }

    /** Keeps proofs: the upstream showed or confirmed that the repository has this content. */
    Mono<Void> prove(PullTarget target, Map<Digest, Proof> proofs) {
        return membership.prove(target.key(), proofs);
    }

    /** Takes a proof away when the failure is the registry's own "no". */
    Mono<Void> revokeAfter(PullException failure, PullTarget target, Digest digest) {
        return isNo(failure) ? membership.revoke(target.content(digest)) : Mono.empty();
    }

    private boolean holds(PullTarget target, Proof proof) {
        return !target.upstream().credentialed()
                || clock.instant().isBefore(proof.provenAt().plus(CREDENTIALED_PROOF_LIFETIME));
    }

    private static boolean isNo(PullException failure) {
        return failure instanceof UpstreamStatusException answer && answer.isNo();
    }
}
