package io.sluice.gateway.pull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sluice.cache.TagKey;
import io.sluice.cache.manifest.TagPointer;
import io.sluice.gateway.error.UpstreamOfflineException;
import io.sluice.gateway.error.UpstreamStatusException;
import io.sluice.gateway.policy.ReferencePattern;
import io.sluice.gateway.upstream.OfflineRegistry;
import io.sluice.gateway.upstream.Registry;
import io.sluice.gateway.upstream.RegistryRequest.Method;
import io.sluice.oci.Accept;
import io.sluice.oci.Digest;
import io.sluice.oci.MediaTypes;
import io.sluice.oci.Reference;
import io.sluice.oci.RepositoryName;
import io.sluice.oci.Tag;
import io.sluice.testing.MovableClock;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/** How long tags are believed, and what is served for them meanwhile. */
class FreshTagsTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration FRESH_FOR = Duration.ofSeconds(1);
    private static final Duration STALE_FOR = Duration.ofHours(24);
    private static final Duration WINDOW = Duration.ofSeconds(30);
    private static final String ALPINE = "library/alpine";
    private static final Tag LATEST = new Tag("latest");
    private static final byte[] IMAGE =
            json("{\"schemaVersion\":2,\"mediaType\":\"" + MediaTypes.OCI_MANIFEST + "\",\"config\":{},\"layers\":[]}");
    private static final byte[] NEXT_IMAGE = json("{\"schemaVersion\":2,\"mediaType\":\"" + MediaTypes.OCI_MANIFEST
            + "\",\"config\":{},\"layers\":[],\"annotations\":{\"n\":\"2\"}}");

    private final PullRig rig = new PullRig();
    private final FakeRegistry registry = rig.registry;
    private final MovableClock clock = rig.clock;
    private final ManifestPull pulls = rig.pulls.manifests();

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    @DisplayName("G18: a tag that is fresh for 1 s under 500 pulls a second is asked for once at a time; nobody waits")
    void oneCheckAtATimeAndTheOthersAreAnsweredMeanwhile() {
        PullTarget target = target(policy(new TagFreshness(FRESH_FOR, STALE_FOR, WINDOW)));
        registry.put(ALPINE, "latest", MediaTypes.OCI_MANIFEST, IMAGE);
        get(target, LATEST);

        for (int second = 1; second <= 5; second++) {
            clock.advance(FRESH_FOR);
            Sinks.Empty<Void> barrier = registry.holdAnswers();
            List<PulledManifest> pulled = Objects.requireNonNull(Flux.range(0, 500)
                    .flatMap(i -> pulls.get(target, LATEST, Accept.ANY), 500)
                    .collectList()
                    .block(LIMIT));
            int asked = second + 1;

            assertThat(pulled)
                    .as("answered while the upstream is silent")
                    .hasSize(500)
                    .allSatisfy(each -> {
                        assertThat(bytes(each)).isEqualTo(IMAGE);
                        assertThat(each.status().headerValue()).isEqualTo("sluice; hit; ttl=-0");
                        assertThat(each.status().isStale()).isTrue();
                    });
            assertThat(registry.count(Method.HEAD, ALPINE, "manifests/latest")).isEqualTo(asked);
            barrier.tryEmitEmpty();
            await().atMost(LIMIT).until(() -> get(target, LATEST).status().equals(CacheStatus.HIT));
        }
        assertThat(registry.requests()).as("one GET, and one HEAD a second").hasSize(1 + 6);
    }

    @Test
    void aMovedTagIsSeenByTheNextPullAfterTheOneThatWasAnsweredMeanwhile() {
        PullTarget target = target(policy(new TagFreshness(FRESH_FOR, STALE_FOR, WINDOW)));
        registry.put(ALPINE, "latest", MediaTypes.OCI_MANIFEST, IMAGE);
        get(target, LATEST);
        registry.put(ALPINE, "latest", MediaTypes.OCI_MANIFEST, NEXT_IMAGE);
        clock.advance(Duration.ofSeconds(11));

        PulledManifest meanwhile = get(target, LATEST);
        assertThat(bytes(meanwhile)).isEqualTo(IMAGE);
        assertThat(meanwhile.status().headerValue()).isEqualTo("sluice; hit; ttl=-10");
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(bytes(get(target, LATEST))).isEqualTo(NEXT_IMAGE));
    }

    @Test
    void afterTheWindowTheUpstreamIsWaitedFor() {
        PullTarget target = target(policy(new TagFreshness(FRESH_FOR, STALE_FOR, WINDOW)));
        registry.put(ALPINE, "latest", MediaTypes.OCI_MANIFEST, IMAGE);
        get(target, LATEST);
        registry.put(ALPINE, "latest", MediaTypes.OCI_MANIFEST, NEXT_IMAGE);
        clock.advance(FRESH_FOR.plus(WINDOW));

        assertThat(bytes(get(target, LATEST))).isEqualTo(NEXT_IMAGE);
    }

    @Test
    void everyTagIsBelievedAsLongAsItsRuleSays() {
        PullTarget target = target(new TagPolicy(
                new TagFreshness(FRESH_FOR, STALE_FOR),
                List.of(
                        new TagRule(ReferencePattern.parse("*:v*"), new TagFreshness(Duration.ofHours(1), STALE_FOR)),
                        new TagRule(ReferencePattern.parse("*:release-*"), TagFreshness.immutable())),
                StaleReason.DEFAULT,
                Duration.ofSeconds(5),
                true));
        for (String tag : List.of("latest", "v1", "release-1")) {
            registry.put(ALPINE, tag, MediaTypes.OCI_MANIFEST, IMAGE);
            get(target, new Tag(tag));
        }

        clock.advance(Duration.ofMinutes(59));
        assertThat(get(target, LATEST).status()).isEqualTo(CacheStatus.REVALIDATED);
        assertThat(get(target, new Tag("v1")).status()).isEqualTo(CacheStatus.HIT);
        clock.advance(Duration.ofDays(20));
        assertThat(get(target, new Tag("v1")).status()).isEqualTo(CacheStatus.REVALIDATED);
        assertThat(get(target, new Tag("release-1")).status()).isEqualTo(CacheStatus.HIT);
        assertThat(registry.count(Method.HEAD, ALPINE, "manifests/release-1")).isEqualTo(1);
    }

    @Test
    @DisplayName("U23: an upstream that fails is not asked again for every pull while an older answer can be given")
    void aCheckThatFailedIsPutOff() {
        PullTarget target = target(policy(new TagFreshness(FRESH_FOR, STALE_FOR)));
        registry.put(ALPINE, "latest", MediaTypes.OCI_MANIFEST, IMAGE);
        get(target, LATEST);
        clock.advance(Duration.ofSeconds(61));
        registry.failEverything(FakeRegistry.status(503));

        assertThat(get(target, LATEST).status().headerValue()).isEqualTo("sluice; fwd=stale; fwd-status=503");
        for (int i = 0; i < 100; i++) {
            assertThat(get(target, LATEST).status().headerValue()).isEqualTo("sluice; hit; ttl=-60");
        }
        assertThat(registry.count(Method.HEAD, ALPINE, "manifests/latest")).isEqualTo(2);

        clock.advance(FailedChecks.PUT_OFF);
        registry.failEverything(null);
        assertThat(get(target, LATEST).status()).isEqualTo(CacheStatus.REVALIDATED);
    }

    @Test
    @DisplayName("U05: an upstream that is silent is not waited for long while an older answer can be given")
    void aSilentUpstreamIsNotWaitedForLong() {
        PullTarget target = target(new TagPolicy(
                new TagFreshness(FRESH_FOR, STALE_FOR), List.of(), StaleReason.DEFAULT, Duration.ofMillis(50), true));
        registry.put(ALPINE, "latest", MediaTypes.OCI_MANIFEST, IMAGE);
        get(target, LATEST);
        registry.put(ALPINE, "latest", MediaTypes.OCI_MANIFEST, NEXT_IMAGE);
        clock.advance(FRESH_FOR.plusSeconds(7));
        Sinks.Empty<Void> barrier = registry.holdAnswers();

        assertThat(get(target, LATEST).status().headerValue()).isEqualTo("sluice; hit; ttl=-7");
        assertThat(bytes(get(target, LATEST))).isEqualTo(IMAGE);
        assertThat(registry.count(Method.HEAD, ALPINE, "manifests/latest")).isEqualTo(2);

        registry.answerAtOnce();
        barrier.tryEmitEmpty();
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(bytes(get(target, LATEST))).isEqualTo(NEXT_IMAGE));
    }

    @Test
    @DisplayName("T33: a cold tag whose check failed is asked for again by the next pull: a 5xx is not remembered")
    void aColdTagIsAskedForAgainAtOnce() {
        PullTarget target = target(policy(new TagFreshness(FRESH_FOR, STALE_FOR)));
        registry.put(ALPINE, "latest", MediaTypes.OCI_MANIFEST, IMAGE);
        registry.failEverything(FakeRegistry.status(503));
        assertThatThrownBy(() -> get(target, LATEST)).isInstanceOf(UpstreamStatusException.class);
        registry.failEverything(null);

        assertThat(bytes(get(target, LATEST))).isEqualTo(IMAGE);
    }

    @Test
    void whereAFailureMayNotBeStoodInForItIsTheAnswer() {
        PullTarget target = target(new TagPolicy(
                new TagFreshness(FRESH_FOR, STALE_FOR),
                List.of(),
                Set.of(StaleReason.TIMEOUT),
                Duration.ofSeconds(5),
                true));
        registry.put(ALPINE, "latest", MediaTypes.OCI_MANIFEST, IMAGE);
        get(target, LATEST);
        clock.advance(FRESH_FOR);
        registry.failEverything(FakeRegistry.status(503));

        assertThatThrownBy(() -> get(target, LATEST)).isInstanceOf(UpstreamStatusException.class);
        registry.failEverything(null);
        assertThat(get(target, LATEST).status()).as("nothing was put off").isEqualTo(CacheStatus.REVALIDATED);
    }

    @Test
    @DisplayName("U20: where it is wanted a tag outlives its removal upstream")
    void aTagThatIsGoneIsKeptWhereItIsWanted() {
        PullTarget target = target(new TagPolicy(
                new TagFreshness(FRESH_FOR, STALE_FOR),
                List.of(),
                EnumSet.allOf(StaleReason.class),
                Duration.ofSeconds(5),
                true));
        registry.put(ALPINE, "latest", MediaTypes.OCI_MANIFEST, IMAGE);
        get(target, LATEST);
        registry.remove(ALPINE, "manifests/latest");
        clock.advance(FRESH_FOR);

        assertThat(get(target, LATEST).status().headerValue()).isEqualTo("sluice; fwd=stale; fwd-status=404");
        clock.advance(FailedChecks.PUT_OFF);
        assertThat(bytes(get(target, LATEST))).isEqualTo(IMAGE);
    }

    @Test
    void aTagIsBelievedLongerWhileTheBudgetOfTheUpstreamRunsLow() {
        PullTarget target = target(policy(new TagFreshness(Duration.ofMinutes(1), STALE_FOR)));
        registry.put(ALPINE, "latest", MediaTypes.OCI_MANIFEST, IMAGE);
        get(target, LATEST);
        registry.leaveOfItsBudget(0.05);

        clock.advance(Duration.ofSeconds(299));
        assertThat(get(target, LATEST).status()).isEqualTo(CacheStatus.HIT);
        clock.advance(Duration.ofSeconds(1));
        assertThat(get(target, LATEST).status()).isEqualTo(CacheStatus.REVALIDATED);
    }

    @Test
    void aTagIsBelievedNoLongerWhereThatIsNotWanted() {
        PullTarget target = target(new TagPolicy(
                new TagFreshness(Duration.ofMinutes(1), STALE_FOR),
                List.of(),
                StaleReason.DEFAULT,
                Duration.ofSeconds(5),
                false));
        registry.put(ALPINE, "latest", MediaTypes.OCI_MANIFEST, IMAGE);
        get(target, LATEST);
        registry.leaveOfItsBudget(0.05);
        clock.advance(Duration.ofMinutes(1));

        assertThat(get(target, LATEST).status()).isEqualTo(CacheStatus.REVALIDATED);
    }

    @Test
    @DisplayName("T02: where a tag points is what its upstream said, or what the bytes that came are, and nothing else")
    void aTagPointsWhereItsUpstreamSays() {
        PullTarget target = target(policy(new TagFreshness(FRESH_FOR, STALE_FOR)));
        Digest digest = registry.put(ALPINE, "latest", MediaTypes.OCI_MANIFEST, IMAGE);
        registry.answerHeadsWithout("Docker-Content-Digest");

        pulls.get(target, LATEST, Accept.ANY).block(LIMIT);

        TagPointer pointer = Objects.requireNonNull(rig.cache
                .tags()
                .find(new TagKey(target.key(), LATEST, Accept.ANY))
                .block(LIMIT));
        assertThat(pointer.confirmed().digest()).as("computed from the body").isEqualTo(digest);
        registry.failEverything(FakeRegistry.status(500));
        assertThatThrownBy(() -> get(target, new Tag("never-said"))).isInstanceOf(UpstreamStatusException.class);
        clock.advance(STALE_FOR.plusSeconds(1));
        assertThatThrownBy(() -> get(target, LATEST))
                .as("a stale tag is served within its bound")
                .isInstanceOf(UpstreamStatusException.class);
    }

    @Test
    void offlineAllThatIsHeldIsServedHoweverOldAndNothingIsAsked() {
        TagPolicy policy = policy(new TagFreshness(FRESH_FOR, Duration.ofMinutes(1)));
        Digest digest = registry.put(ALPINE, "latest", MediaTypes.OCI_MANIFEST, IMAGE);
        get(target(policy), LATEST);
        int asked = registry.requests().size();
        clock.advance(Duration.ofDays(5).plus(FRESH_FOR));
        PullTarget offline = target(policy, new OfflineRegistry("hub"));

        PulledManifest byTag = get(offline, LATEST);

        assertThat(bytes(byTag)).isEqualTo(IMAGE);
        assertThat(byTag.status().headerValue()).isEqualTo("sluice; hit; ttl=-432000");
        assertThat(get(offline, digest).status()).isEqualTo(CacheStatus.HIT);
        assertThat(Objects.requireNonNull(
                                pulls.head(offline, LATEST, Accept.ANY).block(LIMIT))
                        .descriptor()
                        .digest())
                .isEqualTo(digest);
        assertThatThrownBy(() -> get(offline, new Tag("other")))
                .isInstanceOf(UpstreamOfflineException.class)
                .hasMessage("not held, and the route hub is offline");
        assertThat(registry.requests()).hasSize(asked);
    }

    private static TagPolicy policy(TagFreshness freshness) {
        return TagPolicy.of(freshness);
    }

    private PullTarget target(TagPolicy policy) {
        return target(policy, registry);
    }

    private static PullTarget target(TagPolicy policy, Registry registry) {
        return new PullTarget(new Upstream("hub", registry, false, policy), new RepositoryName(ALPINE));
    }

    private PulledManifest get(PullTarget target, Reference reference) {
        return rig.get(target, reference);
    }

    private static byte[] bytes(PulledManifest pulled) {
        ByteBuffer body = Objects.requireNonNull(pulled.manifest()).bytes();
        byte[] bytes = new byte[body.remaining()];
        body.get(bytes);
        return bytes;
    }

    private static byte[] json(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
