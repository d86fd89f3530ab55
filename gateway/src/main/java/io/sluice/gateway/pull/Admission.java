package io.sluice.gateway.pull;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.sluice.cache.ContentKey;
import io.sluice.cache.RepositoryKey;
import io.sluice.cache.manifest.Membership;
import io.sluice.cache.manifest.Proof;
import io.sluice.gateway.error.PullDeniedException;
import io.sluice.gateway.metrics.GatewayMetrics;
import io.sluice.gateway.metrics.Kind;
import io.sluice.gateway.policy.Decision;
import io.sluice.gateway.policy.Decision.Allow;
import io.sluice.gateway.policy.Decision.Deny;
import io.sluice.gateway.policy.Decision.Reason;
import io.sluice.gateway.policy.PullPolicy;
import io.sluice.gateway.policy.PullPolicy.Digests;
import io.sluice.oci.Digest;
import io.sluice.oci.Reference;
import io.sluice.oci.Tag;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/**
 * The policy of a route at its doors: what it forbids fails before anything is looked up or asked.
 *
 * <p>Where patterns tell tags of a repository apart, a digest is judged by the tags that lead to it. What an allowed tag led
 * to is let in, with everything that leads on from there, and noted as a {@link Membership} of its own: it lasts like
 * proofs do, replicas share it, and patterns that are changed begin anew ({@link PullPolicy#scopeIn}).
 */
final class Admission {

    /** Noting again and again what comes by the same hot tag would only make work for the disk. */
    private static final Duration NOTED_AGAIN_AFTER = Duration.ofMinutes(10);

    private static final int MAX_NOTED = 10_000;

    private final Membership letIn;
    private final DeniedTags deniedTags;
    private final GatewayMetrics metrics;
    private final Clock clock;

    /** What was let in lately, and whether with all that it leads to. */
    private final Cache<ContentKey, Boolean> noted = Caffeine.newBuilder()
            .maximumSize(MAX_NOTED)
            .expireAfterWrite(NOTED_AGAIN_AFTER)
            .build();

    Admission(Membership letIn, DeniedTags deniedTags, GatewayMetrics metrics, Clock clock) {
        this.letIn = letIn;
        this.deniedTags = deniedTags;
        this.metrics = metrics;
        this.clock = clock;
    }

    /** Pulls from a repository, if anything of it may be pulled. */
    <T> Mono<T> of(PullTarget target, Kind kind, Supplier<Mono<T>> pull) {
        PullPolicy policy = policy(target);
        return policy.isEverything()
                ? pull.get()
                : Mono.defer(() -> follow(policy.of(target.name()), target, kind, pull));
    }

    /** Pulls a tag or a digest, if it may be pulled. */
    <T> Mono<T> of(PullTarget target, Kind kind, Reference reference, Supplier<Mono<T>> pull) {
        return policy(target).isEverything()
                ? pull.get()
                : Mono.defer(() -> decide(target, reference)).flatMap(decision -> follow(decision, target, kind, pull));
    }

    /** Whether a tag or a digest may be pulled for all that is known without looking it up. */
    boolean admitsAtOnce(PullTarget target, Reference reference) {
        PullPolicy policy = policy(target);
        return policy.isEverything()
                || switch (reference) {
                    case Tag tag -> policy.of(target.name(), tag) instanceof Allow;
                    case Digest digest -> policy.of(target.name()) instanceof Allow && isLetInAtOnce(target, digest);
                };
    }

    private boolean isLetInAtOnce(PullTarget target, Digest digest) {
        return policy(target).digestsOf(target.name()) == Digests.ALL
                || letIn.inMemory(new ContentKey(scope(target), digest)) != null;
    }

    private <T> Mono<T> follow(Decision decision, PullTarget target, Kind kind, Supplier<Mono<T>> pull) {
        return switch (decision) {
            case Allow allow -> pull.get();
            case Deny deny -> refuse(target, kind, deny.reason());
        };
    }

    private <T> Mono<T> refuse(PullTarget target, Kind kind, Reason reason) {
        metrics.denied(target.upstream().route(), kind, reason.label());
        return Mono.error(new PullDeniedException(reason.label()));
    }

    private Mono<Decision> decide(PullTarget target, Reference reference) {
        return switch (reference) {
            case Tag tag -> Mono.just(policy(target).of(target.name(), tag));
            case Digest digest -> decide(target, digest);
        };
    }

    private Mono<Decision> decide(PullTarget target, Digest digest) {
        Decision ofRepository = policy(target).of(target.name());
        if (ofRepository instanceof Deny) {
            return Mono.just(ofRepository);
        }
        return switch (policy(target).digestsOf(target.name())) {
            case ALL -> Mono.just(ofRepository);
            case OF_ALLOWED_TAGS -> ifLetIn(target, digest, Reason.NO_TAG_LED_HERE);
            case NOT_OF_DENIED_TAGS_ALONE ->
                deniedTags
                        .alone(target)
                        .flatMap(denied -> denied.contains(digest)
                                ? ifLetIn(target, digest, Reason.TAG_DENIED)
                                : Mono.just(ofRepository));
        };
    }

    private Mono<Decision> ifLetIn(PullTarget target, Digest digest, Reason otherwise) {
        return letIn.find(new ContentKey(scope(target), digest))
                .map(proof -> Decision.ALLOW)
                .defaultIfEmpty(new Deny(otherwise));
    }

    /** Whether what is pulled from a repository leads to what may be pulled besides. */
    boolean isLedByTags(PullTarget target) {
        PullPolicy policy = policy(target);
        return !policy.isEverything() && policy.namesTags() && policy.digestsOf(target.name()) != Digests.ALL;
    }

    /** Lets in what was pulled, and what it leads to where its bytes are there, before its caller can ask for that. */
    Mono<PulledManifest> letIn(PullTarget target, PulledManifest pulled) {
        if (hasLetIn(target, pulled)) {
            return Mono.just(pulled);
        }
        Digest digest = pulled.descriptor().digest();
        Mono<Set<Digest>> reach =
                pulled.manifest() == null ? Mono.just(Set.of(digest)) : ManifestReach.of(pulled.manifest());
        return reach.flatMap(digests -> letIn(target, digests)).then(Mono.fromSupplier(() -> {
            noted.put(new ContentKey(scope(target), digest), pulled.manifest() != null);
            return pulled;
        }));
    }

    /** Whether that was done lately, or need not be done. */
    boolean hasLetIn(PullTarget target, PulledManifest pulled) {
        if (!isLedByTags(target)) {
            return true;
        }
        Boolean withAllItLeadsTo = noted.getIfPresent(
                new ContentKey(scope(target), pulled.descriptor().digest()));
        return withAllItLeadsTo != null && (withAllItLeadsTo || pulled.manifest() == null);
    }

    /** Lets in digests that something which was let in names. */
    Mono<Void> letIn(PullTarget target, Collection<Digest> digests) {
        if (!isLedByTags(target) || digests.isEmpty()) {
            return Mono.empty();
        }
        Proof now = new Proof(clock.instant(), null, -1);
        Map<Digest, Proof> proofs = new HashMap<>();
        digests.forEach(digest -> proofs.put(digest, now));
        return letIn.prove(scope(target), proofs);
    }

    private static RepositoryKey scope(PullTarget target) {
        return new RepositoryKey(policy(target).scopeIn(target.upstream().scope()), target.name());
    }

    private static PullPolicy policy(PullTarget target) {
        return target.upstream().policy();
    }
}
