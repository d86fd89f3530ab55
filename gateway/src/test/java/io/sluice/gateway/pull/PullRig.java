package io.sluice.gateway.pull;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.cache.blob.NoBlobs;
import io.sluice.cache.embedded.EmbeddedCache;
import io.sluice.cache.embedded.EmbeddedCacheSettings;
import io.sluice.gateway.metrics.GatewayMetrics;
import io.sluice.gateway.policy.PullPolicy;
import io.sluice.gateway.policy.ReferencePattern;
import io.sluice.gateway.pull.Pulls.Stores;
import io.sluice.oci.Accept;
import io.sluice.oci.Digest;
import io.sluice.oci.Digest.Algorithm;
import io.sluice.oci.DistributionRequest.ReferrersRequest;
import io.sluice.oci.DistributionRequest.TagsRequest;
import io.sluice.oci.MediaTypes;
import io.sluice.oci.Reference;
import io.sluice.oci.RepositoryName;
import io.sluice.oci.RequestedRepository;
import io.sluice.testing.MovableClock;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Pulls over a cache in memory and a registry in memory; they can be opened anew, and the cache is still there. */
final class PullRig implements AutoCloseable {

    static final Duration LIMIT = Duration.ofSeconds(20);
    static final Duration FRESH_FOR = Duration.ofSeconds(60);
    static final Duration STALE_FOR = Duration.ofHours(24);

    final FakeRegistry registry = new FakeRegistry();
    final MovableClock clock = new MovableClock();
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final EmbeddedCache cache =
            EmbeddedCache.open(EmbeddedCacheSettings.inMemory().withClock(clock));
    Pulls pulls = open();

    private Pulls open() {
        return Pulls.over(
                new Stores(cache.manifests(), cache.tags(), cache.membership(), new NoBlobs()),
                AcrossReplicas.ALONE,
                null,
                new GatewayMetrics(meters),
                clock);
    }

    /** What is only remembered is gone. */
    void reopen() {
        pulls = open();
    }

    PullTarget target(String repository) {
        return target(repository, PullPolicy.EVERYTHING);
    }

    PullTarget target(String repository, PullPolicy policy) {
        return target(repository, policy, false);
    }

    PullTarget target(String repository, PullPolicy policy, boolean credentialed) {
        Upstream upstream = new Upstream(
                "hub",
                "hub",
                registry,
                credentialed,
                TagPolicy.of(new TagFreshness(FRESH_FOR, STALE_FOR)),
                policy,
                Upstream.LISTS_FRESH_FOR);
        return new PullTarget(upstream, new RepositoryName(repository));
    }

    static PullPolicy allowing(String... patterns) {
        return new PullPolicy(patterns(patterns), List.of());
    }

    static PullPolicy denying(String... patterns) {
        return new PullPolicy(List.of(), patterns(patterns));
    }

    private static List<ReferencePattern> patterns(String... patterns) {
        return Arrays.stream(patterns).map(ReferencePattern::parse).toList();
    }

    /** Whatever memory answers by itself is what the long way answers as well. */
    PulledManifest get(PullTarget target, Reference reference) {
        PulledManifest inMemory = pulls.manifests().getFromMemory(target, reference, Accept.ANY);
        return agreed(inMemory, pulls.manifests().get(target, reference, Accept.ANY));
    }

    PulledManifest head(PullTarget target, Reference reference) {
        PulledManifest inMemory = pulls.manifests().headFromMemory(target, reference, Accept.ANY);
        return agreed(inMemory, pulls.manifests().head(target, reference, Accept.ANY));
    }

    private static PulledManifest agreed(@Nullable PulledManifest inMemory, Mono<PulledManifest> pull) {
        Mono<PulledManifest> checked = inMemory == null
                ? pull
                : pull.onErrorMap(failure -> new AssertionError("memory alone answered " + inMemory, failure))
                        .doOnNext(pulled -> assertThat(pulled).isEqualTo(inMemory));
        return Objects.requireNonNull(checked.block(LIMIT));
    }

    BlobHead headBlob(PullTarget target, Digest digest) {
        return Objects.requireNonNull(pulls.blobs().head(target, digest).block(LIMIT));
    }

    PulledList tags(PullTarget target) {
        return tags(target, null, null);
    }

    PulledList tags(PullTarget target, @Nullable Integer n, @Nullable String last) {
        return Objects.requireNonNull(pulls.lists()
                .tags(target, new TagsRequest(requested(target), n, last, null))
                .block(LIMIT));
    }

    PulledList referrers(PullTarget target, Digest digest) {
        return referrers(target, digest, null);
    }

    PulledList referrers(PullTarget target, Digest digest, @Nullable String artifactType) {
        return Objects.requireNonNull(pulls.lists()
                .referrers(target, new ReferrersRequest(requested(target), digest, artifactType, null))
                .block(LIMIT));
    }

    private static RequestedRepository requested(PullTarget target) {
        return new RequestedRepository("", target.name(), null);
    }

    /** An image, put into the registry under a tag where there is one. */
    Digest image(String repository, @Nullable String tag, Digest... layers) {
        return registry.put(repository, tag, MediaTypes.OCI_MANIFEST, imageOf(layers));
    }

    static byte[] imageOf(Digest... layers) {
        String descriptors = Stream.of(layers)
                .map(layer -> "{\"mediaType\":\"x\",\"size\":3,\"digest\":\"" + layer + "\"}")
                .collect(Collectors.joining(","));
        return json("{\"schemaVersion\":2,\"mediaType\":\"" + MediaTypes.OCI_MANIFEST + "\",\"layers\":[" + descriptors
                + "]}");
    }

    /** An index, put into the registry under a tag where there is one. */
    Digest index(String repository, @Nullable String tag, Digest... children) {
        String descriptors = Stream.of(children)
                .map(child ->
                        "{\"mediaType\":\"" + MediaTypes.OCI_MANIFEST + "\",\"size\":3,\"digest\":\"" + child + "\"}")
                .collect(Collectors.joining(","));
        return registry.put(
                repository,
                tag,
                MediaTypes.OCI_INDEX,
                json("{\"schemaVersion\":2,\"mediaType\":\"" + MediaTypes.OCI_INDEX + "\",\"manifests\":[" + descriptors
                        + "]}"));
    }

    /** A blob, put into the registry. */
    Digest blob(String repository, String content) {
        Digest digest = digest(content);
        registry.put(repository, "blobs/" + digest, json(content), headers -> headers);
        return digest;
    }

    static Digest digest(String content) {
        return Digest.hash(Algorithm.SHA256, json(content));
    }

    static byte[] json(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String text(PulledList list) {
        ByteBuffer body = list.body();
        return StandardCharsets.UTF_8.decode(body).toString();
    }

    @Override
    public void close() {
        cache.close();
    }
}
