package io.sluice.cache.redis;

import io.sluice.cache.ContentKey;
import io.sluice.cache.RepositoryKey;
import io.sluice.cache.manifest.Membership;
import io.sluice.cache.manifest.Proof;
import io.sluice.cache.redis.Statement.Proven;
import io.sluice.cache.redis.Statement.Revoked;
import io.sluice.oci.Digest;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Proofs here and in Redis. One may have been taken away by another replica, so Redis is asked first, unless memory has
 * what it said and Redis has told of no change since (T12). What is here is for when Redis is not there, or has lost what it
 * had: then it gets it back (K07).
 *
 * <p>Of two statements the later one is right; at the same moment, the one in Redis.
 */
final class SharedMembership implements Membership {

    private final Membership local;
    private final RedisMembership redis;
    private final NearCache<ContentKey, Proof> near;
    private final Lookups lookups;
    private final SharedReads<Asked, Proof> reads = new SharedReads<>();

    SharedMembership(Membership local, RedisMembership redis, NearCache<ContentKey, Proof> near, Lookups lookups) {
        this.local = local;
        this.redis = redis;
        this.near = near;
        this.lookups = lookups;
    }

    /** A question; who asks after a change does not get the answer to one that was asked before. */
    private record Asked(ContentKey key, long stamp) {}

    @Override
    public Mono<Proof> find(ContentKey key) {
        return Mono.defer(() -> {
            Proof known = inMemory(key);
            if (known != null) {
                return Mono.just(known);
            }
            long stamp = near.stamp(key);
            return reads.join(new Asked(key, stamp), () -> ask(key, stamp));
        });
    }

    @Override
    public @Nullable Proof inMemory(ContentKey key) {
        Proof known = near.get(key);
        if (known != null) {
            lookups.count(RedisKind.PROOFS, RedisLookup.NEAR);
        }
        return known;
    }

    private Mono<Proof> ask(ContentKey key, long stamp) {
        return redis.look(key)
                .doOnSuccess(
                        found -> lookups.count(RedisKind.PROOFS, found == null ? RedisLookup.MISS : RedisLookup.HIT))
                .map(found -> follow(key, found, stamp))
                .defaultIfEmpty(Mono.defer(() -> giveBack(key)))
                .flatMap(proof -> proof)
                .onErrorResume(RedisUnavailableException.class, failure -> withoutRedis(key));
    }

    private Mono<Proof> withoutRedis(ContentKey key) {
        lookups.count(RedisKind.PROOFS, RedisLookup.FAILED);
        return local.find(key);
    }

    /** Redis has lost it, or never got it. */
    private Mono<Proof> giveBack(ContentKey key) {
        return local.find(key).flatMap(held -> redis.add(key, held).thenReturn(held));
    }

    private Mono<Proof> follow(ContentKey key, Found<Statement> found, long stamp) {
        return switch (found.value()) {
            case Proven shared -> laterOf(key, found, shared.proof(), stamp);
            case Revoked revoked -> unlessProvenSince(key, found, revoked);
        };
    }

    private Mono<Proof> laterOf(ContentKey key, Found<Statement> found, Proof shared, long stamp) {
        return local.find(key)
                .filter(held -> held.provenAt().isAfter(shared.provenAt()))
                .flatMap(held -> redis.replace(key, found, held).thenReturn(held))
                .switchIfEmpty(Mono.fromSupplier(() -> believe(key, shared, stamp)));
    }

    private Proof believe(ContentKey key, Proof shared, long stamp) {
        near.put(key, shared, stamp);
        local.prove(key.repository(), Map.of(key.digest(), shared)).subscribe();
        return shared;
    }

    private Mono<Proof> unlessProvenSince(ContentKey key, Found<Statement> found, Revoked revoked) {
        return local.find(key)
                .flatMap(held -> held.provenAt().isAfter(revoked.at())
                        ? redis.replace(key, found, held).thenReturn(held)
                        : local.revoke(key).then(Mono.empty()));
    }

    @Override
    public Mono<Void> prove(RepositoryKey repository, Map<Digest, Proof> proofs) {
        return Mono.when(local.prove(repository, proofs), redis.prove(repository, proofs))
                .doOnTerminate(() -> proofs.keySet().stream()
                        .findAny()
                        .ifPresent(any -> near.changed(new ContentKey(repository, any))));
    }

    /** What this replica knows of: what others have proven is not on its disk. */
    @Override
    public Mono<Set<Digest>> contents(RepositoryKey repository) {
        return local.contents(repository);
    }

    @Override
    public Mono<Void> revoke(ContentKey key) {
        return Mono.when(local.revoke(key), redis.revoke(key)).doOnTerminate(() -> near.changed(key));
    }
}
