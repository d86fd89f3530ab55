package io.sluice.gateway.pull;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.sluice.cache.RepositoryKey;
import io.sluice.cache.TagKey;
import io.sluice.cache.flight.Flights;
import io.sluice.cache.flight.Landing;
import io.sluice.cache.manifest.ManifestStore;
import io.sluice.cache.manifest.TagIndex;
import io.sluice.cache.manifest.TagPointer;
import io.sluice.gateway.policy.Decision;
import io.sluice.gateway.policy.PullPolicy;
import io.sluice.oci.Digest;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What denied tags are known to lead to, and no allowed one is: from pulls before they were denied, since nobody asks the
 * upstream for them now.
 */
final class DeniedTags {

    /** What is known changes little: denied tags are not resolved, and what allowed ones lead to is noted elsewhere. */
    private static final Duration REMEMBERED_FOR = Duration.ofMinutes(5);

    private static final int MAX_DIGESTS = 20_000;
    private static final int MAX_REMEMBERED = 200_000;

    /**
     * Whose digests they are.
     *
     * @param repository the repository
     * @param policy by which its tags are denied: one that was changed begins anew (G05)
     */
    record Key(RepositoryKey repository, PullPolicy policy) {}

    private final TagIndex tags;
    private final ManifestStore manifests;
    private final Flights<Key, Set<Digest>> readings;
    private final Cache<Key, Set<Digest>> remembered = Caffeine.newBuilder()
            .maximumWeight(MAX_REMEMBERED)
            .weigher((Key key, Set<Digest> digests) -> digests.size() + 1)
            .expireAfterWrite(REMEMBERED_FOR)
            .build();

    DeniedTags(TagIndex tags, ManifestStore manifests, Flights<Key, Set<Digest>> readings) {
        this.tags = tags;
        this.manifests = manifests;
        this.readings = readings;
    }

    /** The digests that none but denied tags of a repository are known to lead to. */
    Mono<Set<Digest>> alone(PullTarget target) {
        return Mono.defer(() -> {
            Key key = new Key(target.key(), target.upstream().policy());
            Set<Digest> known = remembered.getIfPresent(key);
            return known == null ? readings.join(key, () -> read(target, key)).map(Landing::value) : Mono.just(known);
        });
    }

    private Mono<Set<Digest>> read(PullTarget target, Key key) {
        return tags.pointers(target.key())
                .flatMap(pointers -> reach(pointers, tag -> !isAllowed(target, tag))
                        .zipWith(reach(pointers, tag -> isAllowed(target, tag)), DeniedTags::without))
                .doOnNext(alone -> remembered.put(key, alone));
    }

    private static boolean isAllowed(PullTarget target, TagKey key) {
        return target.upstream().policy().of(target.name(), key.tag()) instanceof Decision.Allow;
    }

    private Mono<Set<Digest>> reach(Map<TagKey, TagPointer> pointers, Predicate<TagKey> which) {
        Set<Digest> found = new HashSet<>();
        return Flux.fromIterable(pointers.entrySet())
                .filter(entry -> which.test(entry.getKey()))
                .flatMapIterable(entry -> digests(entry.getValue()))
                .filter(found::add)
                .expand(digest -> manifests
                        .find(digest)
                        .flatMap(ManifestReach::of)
                        .flatMapIterable(reach -> reach)
                        .filter(found::add))
                .take(MAX_DIGESTS)
                .then(Mono.fromSupplier(() -> Set.copyOf(found)));
    }

    private static Iterable<Digest> digests(TagPointer pointer) {
        return Stream.concat(Stream.of(pointer.confirmed().digest()), Stream.ofNullable(pointer.held()))
                .toList();
    }

    private static Set<Digest> without(Set<Digest> denied, Set<Digest> allowed) {
        Set<Digest> alone = new HashSet<>(denied);
        alone.removeAll(allowed);
        return Set.copyOf(alone);
    }
}
