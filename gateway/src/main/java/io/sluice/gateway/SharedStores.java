package io.sluice.gateway;

import io.sluice.cache.embedded.EmbeddedCache;
import io.sluice.cache.flight.Flights;
import io.sluice.cache.manifest.ManifestStore;
import io.sluice.cache.manifest.Membership;
import io.sluice.cache.manifest.TagIndex;
import io.sluice.cache.redis.RedisCache;
import io.sluice.cache.redis.RedisCacheSettings;
import io.sluice.cache.redis.RedisFault;
import io.sluice.cache.redis.RedisKind;
import io.sluice.cache.redis.RedisLeaseEvent;
import io.sluice.cache.redis.RedisLookup;
import io.sluice.cache.redis.RedisState;
import io.sluice.cache.replica.BlobReplicas;
import io.sluice.gateway.cluster.ClusterSecret;
import io.sluice.gateway.metrics.GatewayMetrics;
import io.sluice.gateway.pull.AcrossReplicas;
import io.sluice.gateway.pull.TagWish;
import io.sluice.gateway.upstream.SharedTokens;
import io.sluice.oci.Digest;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Manifests, tags and proofs: those of the embedded cache, and with Redis also those that other replicas have there, and are
 * fetching.
 */
final class SharedStores implements AcrossReplicas, AutoCloseable {

    private final Optional<RedisCache> redis;
    private final ManifestStore manifests;
    private final TagIndex tags;
    private final Membership membership;
    private final SharedTokens tokens;

    private SharedStores(EmbeddedCache embedded, Optional<RedisCache> redis, Optional<ClusterSecret> secret) {
        this.redis = redis;
        this.manifests = redis.map(shared -> shared.manifestsBehind(embedded.manifests()))
                .orElseGet(embedded::manifests);
        this.tags = redis.map(shared -> shared.tagsBeside(embedded.tags())).orElseGet(embedded::tags);
        this.membership = redis.map(shared -> shared.membershipBeside(embedded.membership()))
                .orElseGet(embedded::membership);
        this.tokens = redis.<SharedTokens>flatMap(shared -> secret.map(known -> SealedTokens.in(shared, known)))
                .orElse(SharedTokens.NONE);
    }

    /**
     * Opens them; a Redis that is not there is not waited for (K01).
     *
     * @param secret what tokens are sealed with; without it they are not shared
     */
    static SharedStores open(
            EmbeddedCache embedded,
            Optional<RedisCacheSettings> settings,
            Optional<ClusterSecret> secret,
            GatewayMetrics metrics) {
        Optional<RedisCache> redis = settings.map(RedisCache::open);
        redis.ifPresent(shared -> show(shared, metrics));
        return new SharedStores(embedded, redis, secret);
    }

    private static void show(RedisCache redis, GatewayMetrics metrics) {
        for (RedisFault fault : RedisFault.values()) {
            metrics.redisFaults(label(fault), () -> redis.faults().getOrDefault(fault, 0L));
        }
        for (RedisKind kind : RedisKind.values()) {
            for (RedisLookup result : RedisLookup.values()) {
                metrics.redisLookups(label(kind), label(result), () -> redis.lookups(kind, result));
            }
        }
        for (RedisLeaseEvent event : RedisLeaseEvent.values()) {
            metrics.redisLeases(label(event), () -> redis.leases(event));
        }
        showState("connected", RedisState::connected, redis, metrics);
        showState("tracked", RedisState::tracked, redis, metrics);
        showState("reads", RedisState::reads, redis, metrics);
        showState("writes", RedisState::writes, redis, metrics);
    }

    private static void showState(String what, Predicate<RedisState> holds, RedisCache redis, GatewayMetrics metrics) {
        metrics.redisState(what, () -> holds.test(redis.state()) ? 1 : 0);
    }

    private static String label(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    ManifestStore manifests() {
        return manifests;
    }

    TagIndex tags() {
        return tags;
    }

    Membership membership() {
        return membership;
    }

    /** The tokens of all replicas; those of each one alone without a Redis or a secret. */
    SharedTokens tokens() {
        return tokens;
    }

    @Override
    public <V> Flights<Digest, V> manifests(Flights<Digest, V> local) {
        return redis.map(shared -> shared.manifestFlights(local)).orElse(local);
    }

    @Override
    public <V> Flights<TagWish, V> tags(String question, Flights<TagWish, V> local) {
        return redis.map(shared -> shared.tagFlights(question, TagWish::key, local))
                .orElse(local);
    }

    /** What replicas know of one another's blobs; empty without Redis. */
    Optional<BlobReplicas> blobReplicas(URI itself) {
        return redis.map(shared -> shared.blobReplicas(itself));
    }

    /** How it is with Redis; empty without one. */
    Optional<RedisState> redisState() {
        return redis.map(RedisCache::state);
    }

    @Override
    public void close() {
        redis.ifPresent(RedisCache::close);
    }
}
