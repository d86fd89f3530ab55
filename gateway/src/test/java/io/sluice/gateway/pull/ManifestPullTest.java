package io.sluice.gateway.pull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.cache.blob.NoBlobs;
import io.sluice.cache.embedded.EmbeddedCache;
import io.sluice.cache.embedded.EmbeddedCacheSettings;
import io.sluice.gateway.error.InvalidContentException;
import io.sluice.gateway.error.UpstreamCredentialsException;
import io.sluice.gateway.error.UpstreamStatusException;
import io.sluice.gateway.error.UpstreamTimeoutException;
import io.sluice.gateway.metrics.GatewayMetrics;
import io.sluice.gateway.metrics.Outcome;
import io.sluice.gateway.pull.Pulls.Stores;
import io.sluice.gateway.upstream.RegistryRequest;
import io.sluice.gateway.upstream.RegistryRequest.Method;
import io.sluice.oci.Accept;
import io.sluice.oci.Digest;
import io.sluice.oci.Digest.Algorithm;
import io.sluice.oci.MediaTypes;
import io.sluice.oci.Reference;
import io.sluice.oci.RepositoryName;
import io.sluice.oci.Tag;
import io.sluice.testing.MovableClock;
import io.sluice.testing.Seed;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

class ManifestPullTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration FRESH_FOR = Duration.ofSeconds(60);
    private static final Duration STALE_FOR = Duration.ofHours(24);
    private static final String ALPINE = "library/alpine";
    private static final Tag LATEST = new Tag("latest");
    private static final byte[] IMAGE =
            json("{\"schemaVersion\":2,\"mediaType\":\"" + MediaTypes.OCI_MANIFEST + "\",\"config\":{},\"layers\":[]}");
    private static final byte[] NEXT_IMAGE = json("{\"schemaVersion\":2,\"mediaType\":\"" + MediaTypes.OCI_MANIFEST
            + "\",\"config\":{},\"layers\":[],\"annotations\":{\"n\":\"2\"}}");

    private final FakeRegistry registry = new FakeRegistry();
    private final MovableClock clock = new MovableClock();
    private EmbeddedCache cache;
    private WatchedMembership membership;
    private ManifestPull pulls;
    private BlobPull blobs;

    @BeforeEach
    void open() {
        cache = EmbeddedCache.open(EmbeddedCacheSettings.inMemory().withClock(clock));
        membership = new WatchedMembership(cache.membership());
        Pulls all = Pulls.over(
                new Stores(cache.manifests(), cache.tags(), membership, new NoBlobs()),
                AcrossReplicas.ALONE,
                null,
                new GatewayMetrics(new SimpleMeterRegistry()),
                clock);
        pulls = all.manifests();
        blobs = all.blobs();
    }

    @AfterEach
    void close() {
        cache.close();
    }

    @Test
    void pullByDigestServesTheBytesTheTagResolvedTo() {
        Digest digest = registry.put(ALPINE, "latest", MediaTypes.DOCKER_MANIFEST_LIST, Seed.manifestList());

        PulledManifest byTag = get(alpine(), LATEST);
        PulledManifest byDigest = get(alpine(), digest);

        assertThat(bytes(byTag)).isEqualTo(Seed.manifestList());
        assertThat(byTag.descriptor().digest()).isEqualTo(digest);
        assertThat(byTag.descriptor().mediaType()).isEqualTo(MediaTypes.DOCKER_MANIFEST_LIST);
        assertThat(byTag.status()).isEqualTo(CacheStatus.STORED);
        assertThat(bytes(byDigest)).isEqualTo(Seed.manifestList());
        assertThat(byDigest.status()).isEqualTo(CacheStatus.HIT);
    }

    @Test
    void aColdTagCostsOneHeadAndOneGetByDigest() {
        Digest digest = registry.put(ALPINE, "latest", MediaTypes.OCI_MANIFEST, IMAGE);

        get(alpine(), LATEST);

        assertThat(registry.requests())
                .extracting(request -> request.method() + " " + request.endpoint())
                .containsExactly("HEAD manifests/latest", "GET manifests/" + digest);
        assertThat(registry.requests().getFirst().accept())
                .as("schema 1 is not asked for while there may be anything newer")
                .isEqualTo(Accept.ANY.withoutSchema1().headerValue());
        assertThat(registry.requests().getLast().accept()).contains(Accept.ANY.types());
    }

    @Test
    void aFreshTagAndAHeldDigestCostNoUpstreamCall() {
        Digest digest = registry.put(ALPINE, "latest", MediaTypes.OCI_MANIFEST, IMAGE);
        get(alpine(), LATEST);
        registry.failEverything(new InvalidContentException("no call was expected"));

        assertThat(get(alpine(), LATEST).status()).isEqualTo(CacheStatus.HIT);
        assertThat(get(alpine(), digest).status()).isEqualTo(CacheStatus.HIT);
        assertThat(head(alpine(), LATEST).status()).isEqualTo(CacheStatus.HIT);
        assertThat(head(alpine(), digest).status()).isEqualTo(CacheStatus.HIT);
        assertThat(registry.requests()).hasSize(2);
    }

    @Test
    @DisplayName("G06, promise 2: 1,000 concurrent cold pulls, half by tag and half by digest, cost one GET")
    void aThousandMixedPullsCostOneGet() {
        Digest digest = registry.put(ALPINE, "latest", MediaTypes.OCI_MANIFEST, IMAGE);
        Sinks.Empty<Void> barrier = registry.holdAnswers();

        Mono<List<byte[]>> pulled = Flux.range(0, 1000)
                .flatMap(i -> pulls.get(alpine(), i % 2 == 0 ? LATEST : digest, Accept.ANY), 1000)
                .map(ManifestPullTest::bytes)
                .collectList();
        Sinks.One<List<byte[]>> all = Sinks.one();
        pulled.subscribe(all::tryEmitValue, all::tryEmitError);
        barrier.tryEmitEmpty();

        assertThat(all.asMono().block(LIMIT))
                .hasSize(1000)
                .allMatch(body -> ByteBuffer.wrap(body).equals(ByteBuffer.wrap(IMAGE)));
        assertThat(registry.requests().stream().filter(request -> request.method() == Method.GET))
                .as("the GETs")
                .hasSize(1);
        assertThat(registry.count(Method.HEAD, ALPINE, "manifests/latest")).isEqualTo(1);
    }

    @Test
    @DisplayName("C09: 1,000 HEADs of one cold manifest cost one HEAD and no GET")
    void aThousandHeadsCostOneHead() {
        Digest digest = registry.put(ALPINE, "latest", MediaTypes.OCI_MANIFEST, IMAGE);

        List<PulledManifest> byDigest = Objects.requireNonNull(Flux.range(0, 1000)
                .flatMap(i -> pulls.head(alpine(), digest, Accept.ANY), 1000)
                .collectList()
                .block(LIMIT));
        List<PulledManifest> byTag = Objects.requireNonNull(Flux.range(0, 1000)
                .flatMap(i -> pulls.head(alpine(), LATEST, Accept.ANY), 1000)
                .collectList()
                .block(LIMIT));

        assertThat(byDigest).hasSize(1000).allSatisfy(pulled -> {
            assertThat(pulled.descriptor().size()).isEqualTo(IMAGE.length);
            assertThat(pulled.descriptor().mediaType()).isEqualTo(MediaTypes.OCI_MANIFEST);
        });
        assertThat(byTag).hasSize(1000);
        assertThat(registry.requests())
                .extracting(request -> request.method() + " " + request.endpoint())
                .containsExactly("HEAD manifests/" + digest, "HEAD manifests/latest");
    }

    @Test
    @DisplayName("C01: a flight outlives its first caller")
    void theFlightGoesOnWhenItsFirstCallerLeaves() throws InterruptedException {
        Digest digest = registry.put(ALPINE, "latest", MediaTypes.OCI_MANIFEST, IMAGE);
        Sinks.Empty<Void> barrier = registry.holdAnswers();
        CountDownLatch served = new CountDownLatch(1);

        var first = pulls.get(alpine(), digest, Accept.ANY).subscribe();
        pulls.get(alpine(), digest, Accept.ANY).subscribe(pulled -> served.countDown());
        first.dispose();
        barrier.tryEmitEmpty();

        assertThat(served.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(registry.requests()).hasSize(1);
    }

    @Test
    @DisplayName("G13: a failed flight gives every waiter the same error, exactly once")
    void everyWaiterGetsTheSameErrorOnce() throws InterruptedException {
        Digest digest = Digest.hash(Algorithm.SHA256, IMAGE);
        UpstreamStatusException broken = FakeRegistry.status(500);
        registry.failEverything(broken);
        Sinks.Empty<Void> barrier = registry.holdAnswers();

        Sinks.One<List<Throwable>> all = Sinks.one();
        Flux.range(0, 200)
                .flatMap(
                        i -> pulls.get(alpine(), digest, Accept.ANY)
                                .map(pulled -> (Throwable) new AssertionError("served " + pulled))
                                .onErrorResume(Mono::just),
                        200)
                .collectList()
                .subscribe(all::tryEmitValue, all::tryEmitError);
        membership.awaitAllAnswers(LIMIT);
        barrier.tryEmitEmpty();

        assertThat(all.asMono().block(LIMIT)).hasSize(200).allMatch(failure -> failure == broken);
        assertThat(registry.requests()).hasSize(1);
    }

    @Test
    void afterFreshForTheTagIsConfirmedByHead() {
        registry.put(ALPINE, "latest", MediaTypes.OCI_MANIFEST, IMAGE);
        get(alpine(), LATEST);
        clock.advance(FRESH_FOR.plusSeconds(1));

        assertThat(get(alpine(), LATEST).status()).isEqualTo(CacheStatus.REVALIDATED);
        assertThat(registry.count(Method.HEAD, ALPINE, "manifests/latest")).isEqualTo(2);
        assertThat(registry.requests()).hasSize(3);
    }

    @Test
    @DisplayName("U33: a tag that moved is seen after fresh-for, and the answer is consistent in itself")
    void aMovedTagIsFollowed() {
        registry.put(ALPINE, "latest", MediaTypes.OCI_MANIFEST, IMAGE);
        get(alpine(), LATEST);
        Digest next = registry.put(ALPINE, "latest", MediaTypes.OCI_MANIFEST, NEXT_IMAGE);
        clock.advance(FRESH_FOR.plusSeconds(1));

        PulledManifest moved = get(alpine(), LATEST);

        assertThat(moved.descriptor().digest()).isEqualTo(next);
        assertThat(bytes(moved)).isEqualTo(NEXT_IMAGE);
    }

    @Test
    @DisplayName("U33: a slow pull of a tag does not put back where the tag pointed before it moved")
    void aSlowPullDoesNotTurnATagBack() {
        Digest before = registry.put(ALPINE, "latest", MediaTypes.OCI_MANIFEST, IMAGE);
        head(alpine(), LATEST);
        Sinks.Empty<Void> barrier = registry.holdAnswers();
        Sinks.One<PulledManifest> slow = Sinks.one();
        pulls.get(alpine(), LATEST, Accept.ANY).subscribe(slow::tryEmitValue, slow::tryEmitError);
        await().atMost(LIMIT).until(() -> registry.count(Method.GET, ALPINE, "manifests/" + before) == 1);
        registry.answerAtOnce();

        clock.advance(FRESH_FOR.plusSeconds(1));
        Digest after = registry.put(ALPINE, "latest", MediaTypes.OCI_MANIFEST, NEXT_IMAGE);
        get(alpine(), LATEST);
        barrier.tryEmitEmpty();

        assertThat(bytes(slow.asMono().block(LIMIT))).isEqualTo(IMAGE);
        PulledManifest again = get(alpine(), LATEST);
        assertThat(again.descriptor().digest()).isEqualTo(after);
        assertThat(again.status()).isEqualTo(CacheStatus.HIT);
    }

    @Test
    @DisplayName("U33: when the digest that HEAD gave is gone, the tag itself is fetched once")
    void theTagItselfIsFetchedWhenItsDigestIsGone() {
        Digest digest = registry.put(ALPINE, "latest", MediaTypes.OCI_MANIFEST, IMAGE);
        registry.remove(ALPINE, "manifests/" + digest);
        registry.fail(Method.GET, ALPINE, "manifests/" + digest, FakeRegistry.status(404));

        assertThat(bytes(get(alpine(), LATEST))).isEqualTo(IMAGE);
        assertThat(registry.count(Method.GET, ALPINE, "manifests/latest")).isEqualTo(1);
    }

    @Test
    void aTagWhoseHeadGivesNoDigestIsFetchedByOneGet() {
        registry.put(
                ALPINE, "manifests/latest", IMAGE, headers -> headers.set("Content-Type", MediaTypes.OCI_MANIFEST));

        PulledManifest pulled = get(alpine(), LATEST);

        assertThat(bytes(pulled)).isEqualTo(IMAGE);
        assertThat(pulled.status()).isEqualTo(CacheStatus.STORED);
        assertThat(pulled.descriptor().digest()).isEqualTo(Digest.hash(Algorithm.SHA256, IMAGE));
        assertThat(registry.requests())
                .extracting(request -> request.method() + " " + request.endpoint())
                .containsExactly("HEAD manifests/latest", "GET manifests/latest");
    }

    @Test
    void anUpstreamThatKnowsNoHeadIsAskedByOneGet() {
        registry.put(ALPINE, "latest", MediaTypes.OCI_MANIFEST, IMAGE);
        registry.fail(Method.HEAD, ALPINE, "manifests/latest", FakeRegistry.status(405));

        assertThat(bytes(get(alpine(), LATEST))).isEqualTo(IMAGE);
        assertThat(registry.count(Method.GET, ALPINE, "manifests/latest")).isEqualTo(1);
    }

    @Test
    @DisplayName("U01 U05 U23: on refusal, timeout and 5xx the last complete digest is served stale, up to stale-for")
    void aStaleTagIsServedWhileTheUpstreamIsOut() {
        registry.put(ALPINE, "latest", MediaTypes.OCI_MANIFEST, IMAGE);
        get(alpine(), LATEST);
        clock.advance(FRESH_FOR.plusSeconds(1));

        registry.failEverything(FakeRegistry.status(503));
        PulledManifest after503 = get(alpine(), LATEST);
        clock.advance(FailedChecks.PUT_OFF);
        registry.failEverything(new UpstreamTimeoutException("registry.test", "the first header", LIMIT));
        PulledManifest afterTimeout = get(alpine(), LATEST);
        clock.advance(FailedChecks.PUT_OFF);
        PulledManifest headAfterTimeout = head(alpine(), LATEST);
        clock.advance(STALE_FOR);

        assertThat(bytes(after503)).isEqualTo(IMAGE);
        assertThat(after503.status().headerValue()).isEqualTo("sluice; fwd=stale; fwd-status=503");
        assertThat(afterTimeout.status().headerValue()).isEqualTo("sluice; fwd=stale");
        assertThat(afterTimeout.status().outcome()).isEqualTo(Outcome.STALE);
        assertThat(headAfterTimeout.status().isStale()).isTrue();
        assertThatThrownBy(() -> get(alpine(), LATEST)).isInstanceOf(UpstreamTimeoutException.class);
    }

    @Test
    void anotherAcceptsManifestIsServedStaleWhereItsTypeIsAccepted() {
        registry.put(ALPINE, "latest", MediaTypes.OCI_MANIFEST, IMAGE);
        get(alpine(), LATEST);
        registry.failEverything(FakeRegistry.status(500));

        Accept takesIt = new Accept(List.of(MediaTypes.OCI_MANIFEST));
        Accept doesNot = new Accept(List.of(MediaTypes.DOCKER_MANIFEST));

        assertThat(bytes(pulls.get(alpine(), LATEST, takesIt).block(LIMIT))).isEqualTo(IMAGE);
        assertThatThrownBy(() -> pulls.get(alpine(), LATEST, doesNot).block(LIMIT))
                .isInstanceOf(UpstreamStatusException.class);
    }

    @Test
    @DisplayName("C12: a tag is kept per Accept, and nothing is converted")
    void aTagIsKeptPerAccept() {
        registry.put(ALPINE, "latest", MediaTypes.OCI_MANIFEST, IMAGE);
        get(alpine(), LATEST);
        Digest list = registry.put(ALPINE, "latest", MediaTypes.DOCKER_MANIFEST_LIST, Seed.manifestList());

        Accept other = new Accept(List.of(MediaTypes.DOCKER_MANIFEST_LIST));

        assertThat(Objects.requireNonNull(pulls.get(alpine(), LATEST, other).block(LIMIT))
                        .descriptor()
                        .digest())
                .isEqualTo(list);
        assertThat(bytes(get(alpine(), LATEST))).isEqualTo(IMAGE);
    }

    @Test
    @DisplayName("U20: a confirmed 404 is passed on, not answered stale; the bytes stay")
    void aTagThatIsGoneIsNotServedStale() {
        Digest digest = registry.put(ALPINE, "latest", MediaTypes.OCI_MANIFEST, IMAGE);
        get(alpine(), LATEST);
        clock.advance(FRESH_FOR.plusSeconds(1));
        registry.remove(ALPINE, "manifests/latest");

        assertThatThrownBy(() -> get(alpine(), LATEST)).isInstanceOf(UpstreamStatusException.class);
        registry.failEverything(FakeRegistry.status(500));
        assertThatThrownBy(() -> get(alpine(), LATEST))
                .as("a tag that was gone before the outage")
                .isInstanceOfSatisfying(
                        UpstreamStatusException.class,
                        failure -> assertThat(failure.status()).isEqualTo(500));
        assertThat(bytes(get(alpine(), digest))).isEqualTo(IMAGE);
    }

    @Test
    void schema1IsAskedForWhereNothingElseIsThere() {
        registry.fail(Method.HEAD, ALPINE, "manifests/old", FakeRegistry.status(404));
        registry.put(
                ALPINE,
                "manifests/old",
                Seed.schema1(),
                headers -> headers.set("Content-Type", MediaTypes.DOCKER_SCHEMA1_SIGNED)
                        .set("Docker-Content-Digest", Seed.SCHEMA1_DIGEST));

        PulledManifest pulled = get(alpine(), new Tag("old"));

        assertThat(bytes(pulled)).isEqualTo(Seed.schema1());
        assertThat(pulled.descriptor().mediaType()).isEqualTo(MediaTypes.DOCKER_SCHEMA1_SIGNED);
        assertThat(pulled.descriptor().digest().text()).isEqualTo(Seed.SCHEMA1_DIGEST);
        RegistryRequest last = registry.requests().getLast();
        assertThat(last.method()).isEqualTo(Method.GET);
        assertThat(last.accept()).isEqualTo(Accept.onlySchema1().headerValue());
    }

    @Test
    void schema1IsAskedForWhereNothingElseIsAcceptable() {
        registry.fail(Method.HEAD, ALPINE, "manifests/old", FakeRegistry.status(406));
        registry.put(
                ALPINE,
                "manifests/old",
                Seed.schema1(),
                headers -> headers.set("Content-Type", MediaTypes.DOCKER_SCHEMA1_SIGNED));

        assertThat(bytes(get(alpine(), new Tag("old")))).isEqualTo(Seed.schema1());
    }

    @Test
    void aTagWhoseHeadGivesNoLengthIsFetchedByOneGet() {
        Digest digest = Digest.hash(Algorithm.SHA256, IMAGE);
        registry.put(
                ALPINE,
                "manifests/latest",
                IMAGE,
                headers -> headers.remove("Content-Length")
                        .set("Content-Type", MediaTypes.OCI_MANIFEST)
                        .set("Docker-Content-Digest", digest.text()));

        assertThat(get(alpine(), LATEST).descriptor().digest()).isEqualTo(digest);
        assertThat(registry.requests())
                .extracting(request -> request.method() + " " + request.endpoint())
                .containsExactly("HEAD manifests/latest", "GET manifests/latest");
    }

    @Test
    void schema1IsNotAskedForWhereTheClientDoesNotTakeIt() {
        assertThatThrownBy(() ->
                        pulls.get(alpine(), LATEST, Accept.ANY.withoutSchema1()).block(LIMIT))
                .isInstanceOf(UpstreamStatusException.class);
        assertThat(registry.requests()).hasSize(1);
    }

    @Test
    @DisplayName("U12 T01: bytes that are not those of the digest are refused and never kept")
    void wrongBytesAreNeverServed() {
        Digest digest = Digest.hash(Algorithm.SHA256, IMAGE);
        registry.put(
                ALPINE,
                "manifests/" + digest,
                NEXT_IMAGE,
                headers -> headers.set("Content-Type", MediaTypes.OCI_MANIFEST));

        assertThatThrownBy(() -> get(alpine(), digest)).isInstanceOf(InvalidContentException.class);
        assertThat(cache.manifests().find(digest).blockOptional(LIMIT)).isEmpty();
        assertThat(cache.manifests()
                        .find(Digest.hash(Algorithm.SHA256, NEXT_IMAGE))
                        .blockOptional(LIMIT))
                .isEmpty();
    }

    @Test
    @DisplayName("U12: a Docker-Content-Digest that is not that of the body is refused, and the tag is not kept")
    void aWrongAnnouncedDigestIsRefused() {
        Digest other = Digest.hash(Algorithm.SHA256, NEXT_IMAGE);
        registry.put(
                ALPINE,
                "manifests/latest",
                IMAGE,
                headers -> headers.set("Content-Type", MediaTypes.OCI_MANIFEST)
                        .set("Docker-Content-Digest", other.text()));
        registry.put(
                ALPINE, "manifests/" + other, IMAGE, headers -> headers.set("Content-Type", MediaTypes.OCI_MANIFEST));

        assertThatThrownBy(() -> get(alpine(), LATEST)).isInstanceOf(InvalidContentException.class);
    }

    @Test
    @DisplayName("U14 T03: a foreign type, an ambiguous document and a differing mediaType are refused")
    void documentsThatAreNotWhatTheyClaimAreRefused() {
        refuses("text/html", json("<html></html>"));
        refuses("application/json", IMAGE);
        refuses(MediaTypes.DOCKER_MANIFEST, IMAGE);
        refuses(MediaTypes.OCI_INDEX, json("{\"schemaVersion\":2,\"manifests\":[],\"layers\":[]}"));
    }

    private void refuses(String mediaType, byte[] body) {
        Digest digest = registry.put(ALPINE, "refused", mediaType, body);

        assertThatThrownBy(() -> get(alpine(), digest)).isInstanceOf(InvalidContentException.class);
        assertThatThrownBy(() -> get(alpine(), new Tag("refused"))).isInstanceOf(InvalidContentException.class);
        assertThat(cache.manifests().find(digest).blockOptional(LIMIT)).isEmpty();
    }

    @Test
    @DisplayName("T14: a body above 4 MiB is refused, whatever length it announces")
    void anOversizedManifestIsRefused() {
        byte[] huge = new byte[4 * 1024 * 1024 + 1];
        Digest digest = Digest.hash(Algorithm.SHA256, huge);
        registry.put(
                ALPINE,
                "manifests/" + digest,
                huge,
                headers -> headers.set("Content-Type", MediaTypes.OCI_MANIFEST).set("Content-Length", 100));

        assertThatThrownBy(() -> get(alpine(), digest))
                .isInstanceOf(InvalidContentException.class)
                .hasMessageContaining("larger than 4194304 bytes");
    }

    @Test
    void sha512IsServedAndVerified() {
        Digest digest = Digest.hash(Algorithm.SHA512, IMAGE);
        Digest other = Digest.hash(Algorithm.SHA512, NEXT_IMAGE);
        for (Digest name : List.of(digest, other)) {
            registry.put(
                    ALPINE,
                    "manifests/" + name,
                    IMAGE,
                    headers -> headers.set("Content-Type", MediaTypes.OCI_MANIFEST)
                            .set(
                                    "Docker-Content-Digest",
                                    Digest.hash(Algorithm.SHA256, IMAGE).text()));
        }

        assertThat(get(alpine(), digest).descriptor().digest()).isEqualTo(digest);
        assertThatThrownBy(() -> get(alpine(), other)).isInstanceOf(InvalidContentException.class);
    }

    @Test
    @DisplayName("T11 T30: bytes held through one repository are shown to another only after its own upstream said yes")
    void heldBytesNeedAProofForTheRepository() {
        Digest digest = registry.put(ALPINE, "latest", MediaTypes.OCI_MANIFEST, IMAGE);
        get(alpine(), digest);

        assertThatThrownBy(() -> get(target("evil/other"), digest))
                .isInstanceOfSatisfying(
                        UpstreamStatusException.class,
                        failure -> assertThat(failure.isNo()).isTrue());
        assertThat(registry.count(Method.HEAD, "evil/other", "manifests/" + digest))
                .isEqualTo(1);

        registry.put("mirror/alpine", null, MediaTypes.OCI_MANIFEST, IMAGE);
        PulledManifest proven = get(target("mirror/alpine"), digest);
        assertThat(proven.status()).isEqualTo(CacheStatus.REVALIDATED);
        assertThat(registry.count(Method.GET, "mirror/alpine", "manifests/" + digest))
                .isZero();
        assertThat(get(target("mirror/alpine"), digest).status()).isEqualTo(CacheStatus.HIT);
    }

    @Test
    @DisplayName("T03: a document that does not say what it is, is what its own repository says, not another's")
    void anotherRepositorysWordForADocumentIsNotOurs() {
        byte[] silent = json("{\"schemaVersion\":2,\"config\":{},\"layers\":[]}");
        Digest digest = registry.put("evil/other", "latest", "application/vnd.evil+json", silent);
        get(target("evil/other"), digest);
        registry.put(ALPINE, "latest", MediaTypes.OCI_MANIFEST, silent);

        assertThat(get(alpine(), LATEST).descriptor().mediaType()).isEqualTo(MediaTypes.OCI_MANIFEST);
        assertThat(get(alpine(), digest).descriptor().mediaType()).isEqualTo(MediaTypes.OCI_MANIFEST);
        assertThat(registry.count(Method.GET, ALPINE, "manifests/" + digest)).isEqualTo(1);
    }

    @Test
    @DisplayName("T11: one repository's failure is never another's")
    void aFailureBelongsToItsRepository() {
        Digest digest = registry.put("mirror/alpine", null, MediaTypes.OCI_MANIFEST, IMAGE);
        Sinks.Empty<Void> barrier = registry.holdAnswers();
        Sinks.One<Object> refused = Sinks.one();
        Sinks.One<Object> served = Sinks.one();

        pulls.get(target("evil/other"), digest, Accept.ANY).subscribe(refused::tryEmitValue, refused::tryEmitValue);
        pulls.get(target("mirror/alpine"), digest, Accept.ANY).subscribe(served::tryEmitValue, served::tryEmitValue);
        barrier.tryEmitEmpty();

        assertThat(refused.asMono().block(LIMIT)).isInstanceOf(UpstreamStatusException.class);
        assertThat(served.asMono().block(LIMIT)).isInstanceOf(PulledManifest.class);
    }

    @Test
    @DisplayName(
            "T12 U19: on a route with credentials a proof is confirmed again after 15 minutes, and a 403 takes it away")
    void aProofOnARouteWithCredentialsAges() {
        Digest digest = registry.put(ALPINE, "latest", MediaTypes.OCI_MANIFEST, IMAGE);
        PullTarget credentialed = target("private", true, ALPINE);
        get(credentialed, digest);
        clock.advance(Duration.ofMinutes(16));

        assertThat(get(credentialed, digest).status()).isEqualTo(CacheStatus.REVALIDATED);
        clock.advance(Duration.ofMinutes(16));
        registry.failEverything(new UpstreamCredentialsException("the token endpoint rejected the credential"));
        assertThat(bytes(get(credentialed, digest)))
                .as("a rejected credential is a fault of the upstream, no word about the content")
                .isEqualTo(IMAGE);

        registry.failEverything(FakeRegistry.status(403));
        assertThatThrownBy(() -> get(credentialed, digest)).isInstanceOf(UpstreamStatusException.class);
        registry.failEverything(FakeRegistry.status(500));
        assertThatThrownBy(() -> get(credentialed, digest))
                .as("the proof is gone")
                .isInstanceOf(UpstreamStatusException.class);
        registry.failEverything(null);
        assertThat(get(credentialed, digest).status()).isEqualTo(CacheStatus.REVALIDATED);
        assertThat(registry.count(Method.GET, ALPINE, "manifests/" + digest))
                .as("the bytes stayed")
                .isEqualTo(1);
    }

    @Test
    @DisplayName("U20: that there is no blob of a digest says nothing about a manifest of that digest")
    void theNoOfOneEndpointIsNotThatOfAnother() {
        Digest digest = registry.put(ALPINE, "latest", MediaTypes.OCI_MANIFEST, IMAGE);
        get(alpine(), digest);

        assertThatThrownBy(() -> blobs.head(alpine(), digest).block(LIMIT)).isInstanceOf(UpstreamStatusException.class);
        registry.failEverything(FakeRegistry.status(500));

        assertThat(get(alpine(), digest).status()).isEqualTo(CacheStatus.HIT);
    }

    @Test
    @DisplayName("T12 U19: what the registry refused is not served stale by tag in a later outage")
    void aTagIsNotServedStaleWithoutAProofOfItsDigest() {
        Digest digest = registry.put(ALPINE, "latest", MediaTypes.OCI_MANIFEST, IMAGE);
        PullTarget credentialed = target("private", true, ALPINE);
        get(credentialed, LATEST);
        clock.advance(Duration.ofMinutes(16));
        registry.failEverything(FakeRegistry.status(403));
        assertThatThrownBy(() -> get(credentialed, digest)).isInstanceOf(UpstreamStatusException.class);

        registry.failEverything(FakeRegistry.status(503));

        assertThatThrownBy(() -> get(credentialed, LATEST)).isInstanceOf(UpstreamStatusException.class);
    }

    @Test
    void aHeadIsNotAnsweredInAnOutageByAProofThatSaysNeitherTypeNorLength() {
        Digest child = Digest.hash(Algorithm.SHA256, IMAGE);
        byte[] index = json("{\"schemaVersion\":2,\"mediaType\":\"" + MediaTypes.OCI_INDEX
                + "\",\"manifests\":[{\"digest\":\"" + child + "\"}]}");
        registry.put(ALPINE, "latest", MediaTypes.OCI_INDEX, index);
        get(alpine(), LATEST);
        registry.failEverything(FakeRegistry.status(503));

        assertThatThrownBy(() -> head(alpine(), child)).isInstanceOf(UpstreamStatusException.class);
    }

    @Test
    void aTagWhoseHeadGivesNoTypeIsFetchedByOneGet() {
        Digest digest = registry.put(ALPINE, "latest", MediaTypes.OCI_MANIFEST, IMAGE);
        registry.answerHeadsWithout("Content-Type");

        assertThat(get(alpine(), LATEST).descriptor().digest()).isEqualTo(digest);
        assertThat(registry.count(Method.GET, ALPINE, "manifests/latest")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {405, 501})
    void aTagOfARegistryWithoutHeadIsFetchedByOneGet(int status) {
        Digest digest = registry.put(ALPINE, "latest", MediaTypes.OCI_MANIFEST, IMAGE);
        registry.fail(Method.HEAD, ALPINE, "manifests/latest", FakeRegistry.status(status));

        assertThat(get(alpine(), LATEST).descriptor().digest()).isEqualTo(digest);
        assertThat(registry.count(Method.GET, ALPINE, "manifests/latest")).isEqualTo(1);
    }

    private PullTarget alpine() {
        return target(ALPINE);
    }

    private PullTarget target(String repository) {
        return target("hub", false, repository);
    }

    private PullTarget target(String route, boolean credentialed, String repository) {
        Upstream upstream = new Upstream(route, registry, credentialed, new TagFreshness(FRESH_FOR, STALE_FOR));
        return new PullTarget(upstream, new RepositoryName(repository));
    }

    private PulledManifest get(PullTarget target, Reference reference) {
        return Objects.requireNonNull(pulls.get(target, reference, Accept.ANY).block(LIMIT));
    }

    private PulledManifest head(PullTarget target, Reference reference) {
        return Objects.requireNonNull(pulls.head(target, reference, Accept.ANY).block(LIMIT));
    }

    private static byte[] bytes(@Nullable PulledManifest pulled) {
        ByteBuffer body = Objects.requireNonNull(Objects.requireNonNull(pulled).manifest())
                .bytes();
        byte[] bytes = new byte[body.remaining()];
        body.get(bytes);
        return bytes;
    }

    private static byte[] json(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
