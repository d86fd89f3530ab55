package io.sluice.cache.redis;

import static io.sluice.cache.manifest.Samples.ALPINE;
import static io.sluice.cache.manifest.Samples.manifest;
import static io.sluice.cache.manifest.Samples.pointer;
import static io.sluice.cache.redis.TestRedis.AGAIN;
import static io.sluice.cache.redis.TestRedis.SOON;
import static io.sluice.cache.redis.TestRedis.awaitWhole;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.cache.TagKey;
import io.sluice.cache.embedded.EmbeddedCache;
import io.sluice.cache.embedded.EmbeddedCacheSettings;
import io.sluice.cache.manifest.TagIndex;
import io.sluice.cache.redis.TestRedis.Single;
import io.sluice.cache.redis.TestRedis.Sliced;
import io.sluice.cache.redis.TestRedis.Watched;
import io.sluice.oci.Accept;
import io.sluice.oci.Tag;
import io.sluice.testing.process.RedisServer;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** After a connection, a master or a node was lost. */
class ReconnectTest {

    private static final TagKey LATEST = new TagKey(ALPINE, Tag.parse("latest"), Accept.ANY);

    @TempDir
    private Path directory;

    private static void assertWritesResume(RedisCache cache) {
        await().atMost(AGAIN).until(() -> {
            boolean all = true;
            for (int i = 0; i < 12; i++) {
                cache.manifests().put(manifest(i, 10)).block(SOON);
                all &= cache.manifests()
                        .find(manifest(i, 10).digest())
                        .blockOptional(SOON)
                        .isPresent();
            }
            return all;
        });
        awaitWhole(cache);
    }

    @Test
    void whatChangedWhileNobodyToldIsNotBelievedAfterwards() {
        try (Single redis = Single.start(directory);
                EmbeddedCache local = EmbeddedCache.open(EmbeddedCacheSettings.inMemory());
                RedisCache here = TestRedis.open(TestRedis.settings(redis.url()));
                RedisCache there = TestRedis.open(TestRedis.settings(redis.url()))) {
            TagIndex tags = here.tagsBeside(local.tags());
            for (int i = 1; i <= 10; i++) {
                int number = i;
                tags.put(LATEST, pointer(number)).block(SOON);
                await().atMost(SOON).until(() -> {
                    tags.find(LATEST).block(SOON);
                    return here.lookups(RedisKind.TAGS, RedisLookup.NEAR) > number;
                });

                redis.server().send("CLIENT", "KILL", "TYPE", "normal");
                await().atMost(AGAIN).until(() -> {
                    there.tags().put(LATEST, pointer(number + 100)).block(SOON);
                    return there.tags()
                            .find(LATEST)
                            .filter(pointer(number + 100)::equals)
                            .blockOptional(SOON)
                            .isPresent();
                });

                await().atMost(AGAIN)
                        .untilAsserted(
                                () -> assertThat(tags.find(LATEST).block(SOON)).isEqualTo(pointer(number + 100)));
                there.tags().remove(ALPINE, LATEST.tag()).block(SOON);
                local.tags().remove(ALPINE, LATEST.tag()).block(SOON);
            }
        }
    }

    @Test
    @DisplayName("K06: a sentinel makes the replica the master, and it is written without a restart")
    void aFailover() {
        try (Watched redis = Watched.start(directory);
                RedisCache cache = TestRedis.open(TestRedis.settings(redis.url()))) {
            cache.tags().put(LATEST, pointer(1)).block(SOON);

            redis.sentinels().first().kill();

            assertWritesResume(cache);
            assertThat(redis.sentinels().second().send("KEYS", "sluice:1:manifest:*"))
                    .isNotEmpty();
        }
    }

    @Test
    @DisplayName("K06: the old master comes back as a replica, and is not written any more")
    void aFailoverWhileTheMasterIsOnlyFrozen() {
        try (Watched redis = Watched.start(directory);
                RedisCache cache = TestRedis.open(TestRedis.settings(redis.url()))) {
            redis.sentinels().first().freeze();
            await().atMost(AGAIN)
                    .until(() -> redis.sentinels().second().send("ROLE").startsWith("master"));
            redis.sentinels().first().thaw();

            await().atMost(AGAIN).until(() -> {
                cache.tags().put(LATEST, pointer(1)).block(SOON);
                return !redis.sentinels()
                        .second()
                        .send("KEYS", "sluice:1:tags:*")
                        .isEmpty();
            });
            assertWritesResume(cache);
        }
    }

    @Test
    @DisplayName("K06: a node of a cluster is killed and comes back, and its keys are written again")
    void aNodeOfAClusterComesBack() {
        try (Sliced redis = Sliced.start(directory);
                RedisCache cache = TestRedis.open(TestRedis.settings(redis.url()))) {
            RedisServer node = redis.nodes().nodes().getFirst();

            node.kill();
            for (int i = 0; i < 12; i++) {
                assertThat(cache.manifests().find(manifest(i, 10).digest()).blockOptional(SOON))
                        .isEmpty();
            }
            node.restart();

            assertWritesResume(cache);
        }
    }
}
