package io.sluice.gateway.pull;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.sluice.cache.blob.BlobReader;
import io.sluice.cache.embedded.EmbeddedCache;
import io.sluice.cache.embedded.EmbeddedCacheSettings;
import io.sluice.gateway.cluster.ClusterSecret;
import io.sluice.gateway.cluster.Leads;
import io.sluice.gateway.cluster.ReplicaClient;
import io.sluice.gateway.metrics.GatewayMetrics;
import io.sluice.gateway.metrics.UpstreamMetrics;
import io.sluice.gateway.pull.Pulls.Stores;
import io.sluice.gateway.upstream.Registry;
import io.sluice.gateway.upstream.RegistryFactory;
import io.sluice.gateway.upstream.RegistrySettings;
import io.sluice.gateway.upstream.RegistrySettings.Timeouts;
import io.sluice.gateway.upstream.SharedTokens;
import io.sluice.gateway.upstream.credential.Credential;
import io.sluice.gateway.upstream.credential.CredentialSettings;
import io.sluice.oci.ByteRange;
import io.sluice.oci.Digest;
import io.sluice.oci.RangeRequest;
import io.sluice.oci.RepositoryName;
import io.sluice.testing.Images.Content;
import io.sluice.testing.ScriptedUpstream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.springframework.util.FileSystemUtils;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.resources.LoopResources;

/** Pulls of blobs over real connections from a scripted upstream into a real store, without the serving side. */
final class BlobRig implements AutoCloseable {

    static final Duration LIMIT = Duration.ofSeconds(20);

    /** Of everything so little that a test need not wait for it. */
    static final BlobSettings SHORT = new BlobSettings(
            new BlobSettings.Resuming(
                    List.of(Duration.ZERO, Duration.ofMillis(10), Duration.ofMillis(20)), 1024 * 1024),
            new BlobSettings.Slowest(64 * 1024, Duration.ofSeconds(60)),
            new BlobSettings.Leaving(Duration.ofMillis(50), Duration.ofSeconds(60)),
            BlobSettings.DEFAULT.ahead(),
            BlobSettings.DEFAULT.uncachedFor());

    static final long ROOM = 1L << 30;

    private final ScriptedUpstream upstream = ScriptedUpstream.start();
    private final ScriptedUpstream cdn = ScriptedUpstream.start();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final GatewayMetrics metrics = new GatewayMetrics(meters);
    private final LoopResources loops = LoopResources.create("blob-rig", 2, true);
    private final RegistryFactory registries =
            new RegistryFactory(new UpstreamMetrics(meters), loops, SharedTokens.NONE);
    private final EmbeddedCache cache = EmbeddedCache.open(EmbeddedCacheSettings.inMemory());
    private final Map<String, Upstream> routes = new ConcurrentHashMap<>();
    private final Duration read;
    private final Leads leads = new Leads();
    private final Path directory;
    private final TestBlobs blobs;
    private final Pulls pulls;

    BlobRig() {
        this(SHORT);
    }

    BlobRig(BlobSettings settings) {
        this(settings, ROOM);
    }

    BlobRig(BlobSettings settings, long room) {
        this(settings, room, LIMIT);
    }

    /**
     * @param room what the store may take, bytes
     * @param read how long an upstream may pause in the middle of a body
     */
    BlobRig(BlobSettings settings, long room, Duration read) {
        this(settings, room, read, null);
    }

    /** @param known what the replicas know of one another's blobs, or null where there are none */
    BlobRig(BlobSettings settings, long room, Duration read, @Nullable ScriptedReplicas known) {
        this.read = read;
        try {
            directory = Files.createTempDirectory("blob-rig");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        blobs = TestBlobs.open(directory, room);
        Replicas replicas = known == null
                ? null
                : Replicas.of(
                        ScriptedReplicas.ITSELF,
                        known,
                        new ReplicaClient(new ClusterSecret("s3cret-0123456789abcdef0123456789"), loops),
                        leads,
                        ScriptedReplicas.SHORT);
        pulls = Pulls.over(
                new Stores(cache.manifests(), cache.tags(), cache.membership(), blobs),
                settings,
                AcrossReplicas.ALONE,
                replicas,
                metrics,
                Clock.systemUTC());
    }

    /**
     * What a caller got.
     *
     * @param answer the answer
     * @param body all of its bytes, several ranges joined
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by its parts
    record Pulled(BlobAnswer answer, byte[] body) {

        CacheStatus status() {
            return answer.status();
        }

        boolean isKept() {
            return answer instanceof BlobAnswer.Kept;
        }
    }

    ScriptedUpstream upstream() {
        return upstream;
    }

    /** Another host, to which the upstream may redirect. */
    ScriptedUpstream cdn() {
        return cdn;
    }

    TestBlobs blobs() {
        return blobs;
    }

    Pulls pulls() {
        return pulls;
    }

    static Digest digest(Content blob) {
        return Digest.parse(blob.digest());
    }

    static String path(String repository, Content blob) {
        return "/v2/" + repository + "/blobs/" + blob.digest();
    }

    /** The head of an answer with a body of so many bytes. */
    static String headOf(int length) {
        return "HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\n";
    }

    static byte[] part(Content blob, int from, int to) {
        return Arrays.copyOfRange(blob.bytes(), from, to);
    }

    /** A repository of the anonymous route {@code hub}. */
    PullTarget target(String repository) {
        return target("hub", repository);
    }

    /** A repository of a route; all of them lead to the one upstream. A route named {@code private} has a credential. */
    PullTarget target(String route, String repository) {
        return new PullTarget(routes.computeIfAbsent(route, this::route), RepositoryName.parse(repository));
    }

    private Upstream route(String name) {
        boolean credentialed = name.equals("private");
        List<CredentialSettings> credentials = credentialed ? List.of(new Credential("robot", "secret")) : List.of();
        Registry registry = registries.open(new RegistrySettings(
                name,
                URI.create(upstream.url()),
                credentials,
                Set.of(URI.create(cdn.url())),
                new Timeouts(LIMIT, LIMIT, LIMIT, LIMIT, LIMIT, read)));
        return new Upstream(name, registry, credentialed, new TagFreshness(Duration.ofMinutes(1), Duration.ofHours(1)));
    }

    /** Pulls the whole, and waits for it. */
    Pulled get(String repository, Content blob) {
        return await(start(target(repository), blob, RangeRequest.WHOLE));
    }

    /** Pulls a range, such as {@code bytes=0-9}, and waits for it. */
    Pulled get(String repository, Content blob, String range) {
        return await(start(target(repository), blob, RangeRequest.parse(range)));
    }

    /** Pulls the whole, and returns what went wrong. */
    Throwable failure(String repository, Content blob) {
        return failure(start(target(repository), blob, RangeRequest.WHOLE));
    }

    static Throwable failure(CompletableFuture<Pulled> pull) {
        return Objects.requireNonNull(
                pull.handle((pulled, failure) -> failure == null ? new AssertionError("it got " + pulled) : failure)
                        .orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS)
                        .join());
    }

    CompletableFuture<Pulled> start(String repository, Content blob) {
        return start(target(repository), blob, RangeRequest.WHOLE);
    }

    /** Pulls; what memory alone would have answered has to be the same. */
    CompletableFuture<Pulled> start(PullTarget target, Content blob, RangeRequest range) {
        BlobInMemory inMemory =
                range.equals(RangeRequest.WHOLE) ? pulls.blobs().fromMemory(target, digest(blob)) : null;
        CompletableFuture<Pulled> pull = pull(target, blob, range);
        return inMemory == null ? pull : pull.whenComplete((pulled, failure) -> assertAgreed(inMemory, pulled));
    }

    private static void assertAgreed(BlobInMemory inMemory, @Nullable Pulled pulled) {
        assertThat(pulled).as("memory alone answered %s", inMemory).isNotNull();
        assertThat(inMemory.bytes()).isEqualTo(ByteBuffer.wrap(pulled.body()));
        assertThat(inMemory.status()).isEqualTo(pulled.status());
        assertThat(inMemory.digest()).isEqualTo(pulled.answer().digest());
    }

    private CompletableFuture<Pulled> pull(PullTarget target, Content blob, RangeRequest range) {
        CompletableFuture<Pulled> pulled = new CompletableFuture<>();
        Wanted wanted = new Wanted(
                target,
                digest(blob),
                range,
                answer -> read(answer)
                        .doOnNext(body -> pulled.complete(new Pulled(answer, body)))
                        .then(),
                Schedulers.parallel());
        get(wanted)
                .subscribe(
                        nothing -> {},
                        pulled::completeExceptionally,
                        () -> pulled.completeExceptionally(new AssertionError("it ended without an answer")));
        return pulled;
    }

    /** As the gateway does it: what is on hand is not looked for otherwise. */
    private Mono<Void> get(Wanted wanted) {
        return pulls.blobs()
                .getOnHand(wanted)
                .switchIfEmpty(Mono.defer(() -> pulls.blobs().get(wanted).thenReturn(true)))
                .then();
    }

    static Pulled await(CompletableFuture<Pulled> pull) {
        return pull.orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS).join();
    }

    /** A caller that has its answer, reads nothing, and stays until it leaves. */
    Reading hold(String repository, Content blob) {
        return hold(target(repository), blob, RangeRequest.WHOLE);
    }

    Reading hold(PullTarget target, Content blob, RangeRequest range) {
        CompletableFuture<BlobAnswer> answered = new CompletableFuture<>();
        Wanted wanted = new Wanted(
                target,
                digest(blob),
                range,
                answer -> {
                    answered.complete(answer);
                    return Mono.never();
                },
                Schedulers.parallel());
        Disposable pull = get(wanted).subscribe(nothing -> {}, answered::completeExceptionally);
        return new Reading(answered, pull);
    }

    /**
     * A caller that stays.
     *
     * @param answered its answer
     * @param pull what leaves
     */
    record Reading(CompletableFuture<BlobAnswer> answered, Disposable pull) {

        BlobAnswer answer() {
            return answered.orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS).join();
        }

        BlobReader reader() {
            return ((BlobAnswer.Kept) answer()).reader();
        }

        void leave() {
            pull.dispose();
        }
    }

    /** Reads an answer as the serving side does. */
    static Mono<byte[]> read(BlobAnswer answer) {
        return switch (answer) {
            case BlobAnswer.Kept kept -> read(kept);
            case BlobAnswer.Passing passing -> gather(passing.body());
        };
    }

    private static Mono<byte[]> read(BlobAnswer.Kept kept) {
        List<ByteRange> ranges =
                kept.ranges().isEmpty() ? List.of(new ByteRange(0, Long.MAX_VALUE - 1)) : kept.ranges();
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        return Flux.fromIterable(ranges)
                .concatMap(range -> read(kept.reader(), range, all))
                .then(Mono.fromSupplier(all::toByteArray));
    }

    private static Mono<Void> read(BlobReader reader, ByteRange range, ByteArrayOutputStream all) {
        long begin = all.size();
        return readOn(reader, range, range.first(), all).onErrorResume(UncachedRest.class, rest -> {
            long offset = range.first() + all.size() - begin;
            long wanted = range.last() - offset + 1;
            return gather(rest.from(offset))
                    .doOnNext(bytes -> all.write(bytes, 0, (int) Math.min(wanted, bytes.length)))
                    .then();
        });
    }

    private static Mono<Void> readOn(BlobReader reader, ByteRange range, long offset, ByteArrayOutputStream all) {
        if (offset > range.last()) {
            return Mono.empty();
        }
        ByteBuffer piece = ByteBuffer.allocate((int) Math.min(100_000, range.last() - offset + 1));
        return reader.read(offset, piece).flatMap(count -> {
            all.write(piece.array(), 0, count);
            return count == 0 ? Mono.empty() : readOn(reader, range, offset + count, all);
        });
    }

    static Mono<byte[]> gather(Flux<ByteBuf> body) {
        return body.collect(ByteArrayOutputStream::new, BlobRig::take).map(ByteArrayOutputStream::toByteArray);
    }

    private static void take(ByteArrayOutputStream all, ByteBuf chunk) {
        all.writeBytes(ByteBufUtil.getBytes(chunk));
        chunk.release();
    }

    /** How many GETs of a blob have arrived, with their ranges. */
    List<String> gets(String repository, Content blob) {
        List<String> ranges = new ArrayList<>();
        upstream.requests().stream()
                .filter(request ->
                        request.method().equals("GET") && request.path().equals(path(repository, blob)))
                .forEach(request -> ranges.add(request.header("Range").orElse("whole")));
        return ranges;
    }

    /** How often something was counted with this value of a tag. */
    double counted(String name, String tag, String value) {
        return meters.find(name).tag(tag, value).counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    double counted(String name) {
        return meters.find(name).counters().stream().mapToDouble(Counter::count).sum();
    }

    /** How many fetches are in the air. */
    int fetches() {
        Gauge gauge = meters.get("sluice.flights").tag("flight", "blob").gauge();
        return (int) gauge.value();
    }

    /** Waits until nothing is fetched, read or connected any more. */
    void awaitRest() {
        Awaitility.await().atMost(LIMIT).pollInterval(Duration.ofMillis(5)).untilAsserted(() -> {
            assertThat(fetches()).as("fetches").isZero();
            assertThat(blobs.usage().readers()).as("readers").isZero();
            assertThat(blobs.usage().arriving()).as("arriving").isZero();
            assertThat(active()).as("connections").isZero();
        });
    }

    private int active() {
        return meters.find("sluice.upstream.connections").gauges().stream()
                .filter(gauge -> !"idle".equals(gauge.getId().getTag("state")))
                .mapToInt(gauge -> (int) gauge.value())
                .sum();
    }

    @Override
    public void close() throws IOException {
        registries.dispose();
        upstream.close();
        cdn.close();
        blobs.close();
        cache.close();
        loops.disposeLater(Duration.ZERO, Duration.ofSeconds(1)).block(LIMIT);
        FileSystemUtils.deleteRecursively(directory);
    }
}
