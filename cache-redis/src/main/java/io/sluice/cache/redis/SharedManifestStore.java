package io.sluice.cache.redis;

import io.sluice.cache.manifest.Manifest;
import io.sluice.cache.manifest.ManifestStore;
import io.sluice.oci.Digest;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Manifests here and in Redis: a digest never changes its meaning, so what is held here is right, and Redis is asked only
 * for what is not. What comes from there is kept here as well.
 */
final class SharedManifestStore implements ManifestStore {

    private final ManifestStore local;
    private final RedisManifestStore redis;
    private final Lookups lookups;
    private final SharedReads<Digest, Manifest> reads = new SharedReads<>();

    SharedManifestStore(ManifestStore local, RedisManifestStore redis, Lookups lookups) {
        this.local = local;
        this.redis = redis;
        this.lookups = lookups;
    }

    @Override
    public Mono<Manifest> find(Digest digest) {
        return local.find(digest).switchIfEmpty(Mono.defer(() -> reads.join(digest, () -> fromRedis(digest))));
    }

    @Override
    public @Nullable Manifest inMemory(Digest digest) {
        return local.inMemory(digest);
    }

    private Mono<Manifest> fromRedis(Digest digest) {
        return redis.look(digest)
                .doOnSuccess(
                        found -> lookups.count(RedisKind.MANIFESTS, found == null ? RedisLookup.MISS : RedisLookup.HIT))
                .doOnError(failure -> lookups.count(RedisKind.MANIFESTS, RedisLookup.FAILED))
                .doOnNext(found -> local.put(found).subscribe())
                .onErrorComplete(RedisUnavailableException.class);
    }

    @Override
    public Mono<Void> put(Manifest manifest) {
        return Mono.when(local.put(manifest), redis.put(manifest));
    }

    /** Forgets it here and in Redis; another replica that holds it still does. */
    @Override
    public Mono<Void> remove(Digest digest) {
        return Mono.when(local.remove(digest), redis.remove(digest));
    }
}
