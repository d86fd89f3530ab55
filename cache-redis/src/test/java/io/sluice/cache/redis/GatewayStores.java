package io.sluice.cache.redis;

import static io.sluice.cache.manifest.Samples.ALPINE;
import static io.sluice.cache.manifest.Samples.NOON;
import static io.sluice.cache.manifest.Samples.digest;
import static io.sluice.cache.manifest.Samples.manifest;
import static io.sluice.cache.manifest.Samples.pointer;
import static io.sluice.cache.redis.TestRedis.AGAIN;
import static io.sluice.cache.redis.TestRedis.awaitWhole;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.cache.ContentKey;
import io.sluice.cache.TagKey;
import io.sluice.cache.embedded.EmbeddedCache;
import io.sluice.cache.embedded.EmbeddedCacheSettings;
import io.sluice.cache.manifest.Manifest;
import io.sluice.cache.manifest.ManifestStore;
import io.sluice.cache.manifest.Membership;
import io.sluice.cache.manifest.Proof;
import io.sluice.cache.manifest.TagIndex;
import io.sluice.cache.redis.RedisCacheSettings.Route;
import io.sluice.oci.Accept;
import io.sluice.oci.Tag;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;

/** The stores as a gateway has them: a cache of its own, and Redis with the deadline that a gateway gives it. */
record GatewayStores(
        EmbeddedCache local, RedisCache cache, ManifestStore manifests, TagIndex tags, Membership membership)
        implements AutoCloseable {

    /** Nothing that is asked takes longer, whatever Redis does: the deadline, and what a busy machine adds. */
    static final Duration BOUND = Duration.ofSeconds(2);

    static final TagKey LATEST = new TagKey(ALPINE, Tag.parse("latest"), Accept.ANY);
    static final ContentKey CONTENT = new ContentKey(ALPINE, digest(1));
    static final Proof PROOF = new Proof(NOON, null, -1);
    static final Manifest HELD = manifest(1, 1_000);

    private static final int SPREAD = 12;

    static GatewayStores on(String url) {
        EmbeddedCache local = EmbeddedCache.open(EmbeddedCacheSettings.inMemory());
        RedisCache cache = RedisCache.open(RedisCacheSettings.of(
                RedisUrl.parse(url), Map.of("dockerhub", new Route("hub", Duration.ofMinutes(1))), Clock.systemUTC()));
        return new GatewayStores(
                local,
                cache,
                cache.manifestsBehind(local.manifests()),
                cache.tagsBeside(local.tags()),
                cache.membershipBeside(local.membership()));
    }

    void keepAll() {
        manifests.put(HELD).block(BOUND);
        tags.put(LATEST, pointer(1)).block(BOUND);
        membership.prove(ALPINE, Map.of(digest(1), PROOF)).block(BOUND);
    }

    /** What is held is answered, what is not is a miss, and nothing fails or hangs. */
    void assertAnswers() {
        assertThat(manifests.find(HELD.digest()).blockOptional(BOUND)).isPresent();
        assertThat(manifests.find(digest(99)).blockOptional(BOUND)).isEmpty();
        assertThat(tags.find(LATEST).blockOptional(BOUND)).contains(pointer(1));
        assertThat(membership.find(CONTENT).blockOptional(BOUND)).contains(PROOF);
        assertThat(tags.variants(ALPINE, LATEST.tag()).blockOptional(BOUND)).isPresent();
    }

    /** Redis takes what is written, in all of its slots where it has any, within the time that it may take. */
    void assertWritesResume() {
        await().atMost(AGAIN).until(() -> {
            boolean all = true;
            for (int i = 0; i < SPREAD; i++) {
                Manifest later = manifest(200 + i, 70);
                manifests.put(later).block(BOUND);
                all &= cache.manifests()
                        .find(later.digest())
                        .blockOptional(BOUND)
                        .isPresent();
            }
            return all;
        });
        awaitWhole(cache);
    }

    @Override
    public void close() {
        cache.close();
        local.close();
    }
}
