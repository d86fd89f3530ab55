package io.sluice.cache.redis;

import static io.sluice.cache.manifest.Samples.ALPINE;
import static io.sluice.cache.manifest.Samples.NOON;
import static io.sluice.cache.manifest.Samples.digest;
import static io.sluice.cache.manifest.Samples.manifest;
import static io.sluice.cache.manifest.Samples.pointer;
import static io.sluice.cache.redis.TestRedis.SOON;
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
import io.sluice.cache.manifest.TagPointer;
import io.sluice.cache.redis.RedisCacheSettings.Route;
import io.sluice.oci.Accept;
import io.sluice.oci.Tag;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Two replicas, each with a cache of its own, and what one of them learns of what the other has done. */
@ParameterizedClass
@EnumSource(TestRedis.Kind.class)
class CoherenceTest {

    private static final TagKey LATEST = new TagKey(ALPINE, Tag.parse("latest"), Accept.ANY);
    private static final ContentKey CONTENT = new ContentKey(ALPINE, digest(1));
    private static final Proof PROOF = new Proof(NOON, null, -1);
    private static final int WRITINGS = 300;

    @RegisterExtension
    static final SharedRedis SERVERS = new SharedRedis();

    private final TestRedis redis;
    private Replica here;
    private Replica there;

    CoherenceTest(TestRedis.Kind kind) {
        this.redis = SERVERS.of(kind);
    }

    /** One of them. */
    private record Replica(
            EmbeddedCache local, RedisCache shared, ManifestStore manifests, TagIndex tags, Membership membership)
            implements AutoCloseable {

        static Replica on(RedisCacheSettings settings) {
            EmbeddedCache local = EmbeddedCache.open(EmbeddedCacheSettings.inMemory());
            RedisCache shared = TestRedis.open(settings);
            return new Replica(
                    local,
                    shared,
                    shared.manifestsBehind(local.manifests()),
                    shared.tagsBeside(local.tags()),
                    shared.membershipBeside(local.membership()));
        }

        long near(RedisKind kind) {
            return shared.lookups(kind, RedisLookup.NEAR);
        }

        @Override
        public void close() {
            shared.close();
            local.close();
        }
    }

    @BeforeEach
    void start() {
        redis.flush();
        here = Replica.on(TestRedis.settings(redis.url()));
        there = Replica.on(TestRedis.settings(redis.url()));
    }

    @AfterEach
    void end() {
        here.close();
        there.close();
    }

    private static Optional<Proof> proof(Replica replica) {
        return replica.membership().find(CONTENT).blockOptional(SOON);
    }

    private static void awaitPointer(Replica replica, int number) {
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(replica.tags().find(LATEST).blockOptional(SOON))
                        .contains(pointer(number)));
    }

    @Test
    void aTagThatOneForgetsIsForgottenByAllThatHadItOnTheirDisks() {
        here.tags().put(LATEST, pointer(1)).block(SOON);
        awaitPointer(there, 1);
        await().atMost(SOON)
                .untilAsserted(
                        () -> assertThat(there.local().tags().find(LATEST).blockOptional(SOON))
                                .isPresent());

        here.tags().remove(ALPINE, LATEST.tag()).block(SOON);

        assertThat(here.tags().find(LATEST).blockOptional(SOON)).isEmpty();
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(there.tags().find(LATEST).blockOptional(SOON))
                        .isEmpty());
        assertThat(there.tags().variants(ALPINE, LATEST.tag()).block(SOON)).isEmpty();
        assertThat(there.tags().tags(ALPINE).block(SOON)).isEmpty();
        TagPointer later = new TagPointer(pointer(2).confirmed(), Instant.now().plusSeconds(1), null);
        there.tags().put(LATEST, later).block(SOON);
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(here.tags().find(LATEST).blockOptional(SOON))
                        .map(TagPointer::confirmed)
                        .contains(later.confirmed()));
    }

    private static void awaitNear(Replica replica, RedisKind kind, Runnable find) {
        long before = replica.near(kind);
        await().atMost(SOON).until(() -> {
            find.run();
            return replica.near(kind) > before;
        });
    }

    @Test
    void whatOneKeepsTheOtherHasAndKeepsToo() {
        Manifest manifest = manifest(1, 100_000);
        here.manifests().put(manifest).block(SOON);
        here.membership().prove(ALPINE, Map.of(digest(1), PROOF)).block(SOON);
        here.tags().put(LATEST, pointer(1)).block(SOON);

        assertThat(there.manifests().find(manifest.digest()).blockOptional(SOON))
                .isPresent();
        assertThat(proof(there)).contains(PROOF);
        awaitPointer(there, 1);

        await().atMost(SOON)
                .until(() -> there.local()
                                .manifests()
                                .find(manifest.digest())
                                .blockOptional(SOON)
                                .isPresent()
                        && there.local()
                                .membership()
                                .find(CONTENT)
                                .blockOptional(SOON)
                                .isPresent()
                        && there.local().tags().find(LATEST).blockOptional(SOON).isPresent());
        redis.flush();
        assertThat(there.manifests().find(manifest.digest()).blockOptional(SOON))
                .isPresent();
    }

    @ParameterizedTest
    @ValueSource(ints = {10, RedisManifestStore.FIRST_PIECE * 3})
    @DisplayName(
            "K17: while two replicas write one manifest, who reads it gets what one of them wrote, never a mixture")
    void twoReplicasWriteOneManifest(int length) {
        Manifest ours = withHeaders(manifest(1, length), Map.of("etag", "\"ours\""));
        Manifest theirs = withHeaders(
                manifest(1, length), Map.of("etag", "\"theirs\"", "docker-distribution-api-version", "registry/2.0"));
        Mono<Void> bothWrite = Mono.when(
                Mono.defer(() -> here.shared().manifests().put(ours)).repeat(WRITINGS),
                Mono.defer(() -> there.shared().manifests().put(theirs)).repeat(WRITINGS));

        List<Manifest> read = Flux.defer(() -> there.shared().manifests().find(ours.digest()))
                .repeat()
                .takeUntilOther(bothWrite)
                .collectList()
                .block(SOON);

        assertThat(read).extracting(Manifest::bytes).containsOnly(ours.bytes());
        assertThat(read)
                .extracting(Manifest::headers)
                .contains(ours.headers(), theirs.headers())
                .containsOnly(ours.headers(), theirs.headers());
    }

    private static Manifest withHeaders(Manifest manifest, Map<String, String> headers) {
        byte[] body = new byte[manifest.size()];
        manifest.bytes().get(body);
        return new Manifest(manifest.digest(), manifest.mediaType(), body, headers);
    }

    @Test
    void aPointerIsAnsweredFromMemoryUntilAnotherReplicaChangesIt() {
        for (int i = 1; i <= 20; i++) {
            int number = i;
            here.tags().put(LATEST, pointer(number)).block(SOON);
            awaitPointer(there, number);
            awaitNear(there, RedisKind.TAGS, () -> awaitPointer(there, number));
        }
    }

    @Test
    @DisplayName("T12: a proof that one replica takes away is gone for the other, also on its disk")
    void aRevokedProofIsGoneEverywhere() {
        here.membership().prove(ALPINE, Map.of(digest(1), PROOF)).block(SOON);
        awaitNear(there, RedisKind.PROOFS, () -> assertThat(proof(there)).contains(PROOF));

        here.membership().revoke(CONTENT).block(SOON);

        await().atMost(SOON).untilAsserted(() -> assertThat(proof(there)).isEmpty());
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(
                                there.local().membership().find(CONTENT).blockOptional(SOON))
                        .isEmpty());
        Proof again = new Proof(Clock.systemUTC().instant(), null, -1);
        there.membership().prove(ALPINE, Map.of(digest(1), again)).block(SOON);
        await().atMost(SOON).untilAsserted(() -> assertThat(proof(here)).contains(again));
    }

    @Test
    void whatRedisNeverGotIsGivenToItByWhoHasIt() {
        there.local().tags().put(LATEST, pointer(5)).block(SOON);
        here.tags().put(LATEST, pointer(1)).block(SOON);

        awaitPointer(there, 5);

        awaitPointer(here, 5);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 1})
    @DisplayName("K20: replicas whose clocks are an hour apart agree on how old a tag is")
    void clocksThatAreAnHourApart(int hours) {
        Clock wrong = Clock.offset(Clock.systemUTC(), Duration.ofHours(hours));
        RedisCacheSettings usual = TestRedis.settings(redis.url());
        try (Replica other = Replica.on(
                new RedisCacheSettings(usual.url(), usual.routes(), usual.deadline(), usual.keptFor(), wrong))) {
            here.tags().put(LATEST, pointerAt(usual.clock())).block(SOON);
            assertThat(confirmedAt(other)).isBetween(wrong.instant().minusSeconds(5), wrong.instant());

            other.tags().put(LATEST, pointerAt(wrong)).block(SOON);
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(confirmedAt(here))
                            .isBetween(
                                    usual.clock().instant().minusSeconds(5),
                                    usual.clock().instant().plusSeconds(2)));
        }
    }

    private static Instant confirmedAt(Replica replica) {
        return replica.tags()
                .find(LATEST)
                .map(TagPointer::confirmedAt)
                .blockOptional(SOON)
                .orElseThrow();
    }

    private static TagPointer pointerAt(Clock clock) {
        return new TagPointer(pointer(1).confirmed(), clock.instant(), digest(1));
    }

    @Test
    @DisplayName("T36: a route of the same name with another upstream shares nothing but bytes")
    void anotherUpstreamUnderTheSameName() {
        RedisCacheSettings usual = TestRedis.settings(redis.url());
        RedisCacheSettings other = new RedisCacheSettings(
                usual.url(),
                Map.of("dockerhub", new Route("elsewhere", Duration.ofMinutes(1))),
                usual.deadline(),
                usual.keptFor(),
                usual.clock());
        Manifest manifest = manifest(1, 10);
        here.manifests().put(manifest).block(SOON);
        here.tags().put(LATEST, pointer(1)).block(SOON);
        here.membership().prove(ALPINE, Map.of(digest(1), PROOF)).block(SOON);

        try (Replica stranger = Replica.on(other)) {
            assertThat(stranger.tags().find(LATEST).blockOptional(SOON)).isEmpty();
            assertThat(stranger.tags().variants(ALPINE, LATEST.tag()).block(SOON))
                    .isEmpty();
            assertThat(proof(stranger)).isEmpty();
            assertThat(stranger.manifests().find(manifest.digest()).blockOptional(SOON))
                    .isPresent();
        }
    }
}
