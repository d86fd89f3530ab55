package io.sluice.cache.redis;

import io.sluice.cache.RepositoryKey;
import io.sluice.cache.TagKey;
import io.sluice.cache.manifest.TagIndex;
import io.sluice.cache.manifest.TagPointer;
import io.sluice.oci.Accept;
import io.sluice.oci.Tag;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Tag pointers here and in Redis. A pointer changes, and another replica may have learnt of it, so Redis is asked first,
 * unless memory has what it said and Redis has told of no change since. What is here is for when Redis is not there, or has
 * lost what it had: then it gets it back.
 *
 * <p>Of two pointers the one that was confirmed later is right; at the same moment, the one in Redis.
 */
final class SharedTagIndex implements TagIndex {

    private final TagIndex local;
    private final RedisTagIndex redis;
    private final NearCache<TagKey, TagPointer> near;
    private final Lookups lookups;
    private final Clock clock;
    private final SharedReads<Asked, TagPointer> reads = new SharedReads<>();

    SharedTagIndex(
            TagIndex local, RedisTagIndex redis, NearCache<TagKey, TagPointer> near, Lookups lookups, Clock clock) {
        this.local = local;
        this.redis = redis;
        this.near = near;
        this.lookups = lookups;
        this.clock = clock;
    }

    /** A question; who asks after a change does not get the answer to one that was asked before. */
    private record Asked(TagKey key, long stamp) {}

    @Override
    public Mono<TagPointer> find(TagKey key) {
        return Mono.defer(() -> {
                    TagPointer known = near(key);
                    if (known != null) {
                        return Mono.just(known);
                    }
                    long stamp = near.stamp(key);
                    return reads.join(new Asked(key, stamp), () -> ask(key, stamp));
                })
                .filter(SharedTagIndex::isKnown);
    }

    @Override
    public @Nullable TagPointer inMemory(TagKey key) {
        TagPointer known = near(key);
        return known == null || !isKnown(known) ? null : known;
    }

    private @Nullable TagPointer near(TagKey key) {
        TagPointer known = near.get(key);
        if (known != null) {
            lookups.count(RedisKind.TAGS, RedisLookup.NEAR);
        }
        return known;
    }

    private static boolean isKnown(TagPointer pointer) {
        return !pointer.isForgotten();
    }

    private Mono<TagPointer> ask(TagKey key, long stamp) {
        return redis.look(key)
                .doOnSuccess(found -> lookups.count(RedisKind.TAGS, found == null ? RedisLookup.MISS : RedisLookup.HIT))
                .flatMap(found -> laterOf(key, found, stamp))
                .switchIfEmpty(Mono.defer(() -> giveBack(key)))
                .onErrorResume(RedisUnavailableException.class, failure -> withoutRedis(key));
    }

    private Mono<TagPointer> withoutRedis(TagKey key) {
        lookups.count(RedisKind.TAGS, RedisLookup.FAILED);
        return local.find(key);
    }

    /** Redis has lost it, or never got it. */
    private Mono<TagPointer> giveBack(TagKey key) {
        return local.find(key).flatMap(held -> redis.add(key, held).thenReturn(held));
    }

    private Mono<TagPointer> laterOf(TagKey key, Found<TagPointer> found, long stamp) {
        TagPointer shared = found.value();
        return local.find(key)
                .filter(held -> held.confirmedAt().isAfter(shared.confirmedAt()))
                .flatMap(held -> redis.replace(key, found, held).thenReturn(held))
                .switchIfEmpty(Mono.fromSupplier(() -> believe(key, shared, stamp)));
    }

    private TagPointer believe(TagKey key, TagPointer shared, long stamp) {
        near.put(key, shared, stamp);
        local.put(key, shared).subscribe();
        return shared;
    }

    @Override
    public Mono<Map<Accept, TagPointer>> variants(RepositoryKey repository, Tag tag) {
        return allVariants(repository, tag).map(SharedTagIndex::known);
    }

    private Mono<Map<Accept, TagPointer>> allVariants(RepositoryKey repository, Tag tag) {
        return local.variants(repository, tag).zipWith(redis.variants(repository, tag), SharedTagIndex::laterOfEach);
    }

    private static <K> Map<K, TagPointer> known(Map<K, TagPointer> all) {
        Map<K, TagPointer> known = new HashMap<>(all);
        known.values().removeIf(TagPointer::isForgotten);
        return Map.copyOf(known);
    }

    /** What this replica knows of: Redis does not tell the tags of a repository. */
    @Override
    public Mono<Map<TagKey, TagPointer>> pointers(RepositoryKey repository) {
        return local.pointers(repository).map(SharedTagIndex::known);
    }

    private static Map<Accept, TagPointer> laterOfEach(Map<Accept, TagPointer> held, Map<Accept, TagPointer> shared) {
        Map<Accept, TagPointer> both = new HashMap<>(held);
        shared.forEach((accept, pointer) -> both.merge(
                accept, pointer, (ours, theirs) -> ours.confirmedAt().isAfter(theirs.confirmedAt()) ? ours : theirs));
        return Map.copyOf(both);
    }

    @Override
    public Mono<Void> put(TagKey key, TagPointer pointer) {
        return Mono.when(local.put(key, pointer), redis.put(key, pointer)).doOnTerminate(() -> near.changed(key));
    }

    /**
     * Forgets it for all replicas: what is put in its place is later than what any of them has on its disk. A pointer that
     * is only on another one's disk, because Redis has lost it, stays there.
     */
    @Override
    public Mono<Void> remove(RepositoryKey repository, Tag tag) {
        return allVariants(repository, tag)
                .flatMapIterable(Map::entrySet)
                .concatMap(variant -> put(
                        new TagKey(repository, tag, variant.getKey()),
                        variant.getValue().forgotten(clock.instant())))
                .then();
    }
}
