package io.sluice.gateway.pull;

import io.sluice.cache.RepositoryKey;
import io.sluice.cache.manifest.Manifest;
import io.sluice.cache.manifest.ManifestStore;
import io.sluice.cache.manifest.Membership;
import io.sluice.cache.manifest.Proof;
import io.sluice.oci.Digest;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Which of the manifests that a repository is proven to have refer to a digest. It is noted when one is kept, as a {@link
 * Membership} of the digest's own.
 */
final class HeldReferrers {

    /** How many of one digest are told. */
    static final int MAX_REFERRERS = 1_000;

    private static final int AT_ONCE = 8;

    private final Membership referrers;
    private final ManifestStore manifests;
    private final Clock clock;

    HeldReferrers(Membership referrers, ManifestStore manifests, Clock clock) {
        this.referrers = referrers;
        this.manifests = manifests;
        this.clock = clock;
    }

    /** Notes that a manifest refers to another, if it does. */
    Mono<Void> note(PullTarget target, Digest referrer, @Nullable Digest subject) {
        return subject == null
                ? Mono.empty()
                : referrers.prove(of(target, subject), Map.of(referrer, new Proof(clock.instant(), null, -1)));
    }

    /**
     * What is held and refers to a digest, in the order of the digests.
     *
     * @param proof the proof that the repository has a digest, or empty
     */
    Mono<List<ReferrersIndex.Entry>> find(PullTarget target, Digest subject, Function<Digest, Mono<Proof>> proof) {
        return referrers
                .contents(of(target, subject))
                .flatMapMany(digests -> Flux.fromStream(() -> sorted(digests)))
                .take(MAX_REFERRERS)
                .flatMapSequential(digest -> proof.apply(digest).flatMap(proven -> manifests.find(digest)), AT_ONCE)
                .publishOn(Schedulers.parallel())
                .<ReferrersIndex.Entry>handle((manifest, sink) -> entry(manifest, subject, sink::next))
                .collectList();
    }

    private static Stream<Digest> sorted(Set<Digest> digests) {
        return digests.stream().sorted(Comparator.comparing(Digest::text));
    }

    private static void entry(Manifest manifest, Digest subject, Consumer<ReferrersIndex.Entry> sink) {
        ReferrersIndex.Entry entry = ReferrersIndex.describe(manifest, subject);
        if (entry != null) {
            sink.accept(entry);
        }
    }

    private static RepositoryKey of(PullTarget target, Digest subject) {
        return new RepositoryKey(target.upstream().scope() + "#referrers-of-" + subject, target.name());
    }
}
