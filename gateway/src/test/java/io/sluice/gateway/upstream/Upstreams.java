package io.sluice.gateway.upstream;

import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.sluice.gateway.metrics.UpstreamMetrics;
import io.sluice.gateway.upstream.RegistryRequest.Method;
import io.sluice.gateway.upstream.RegistrySettings.Timeouts;
import io.sluice.gateway.upstream.credential.Credential;
import io.sluice.oci.Digest;
import io.sluice.oci.RepositoryName;
import io.sluice.oci.Tag;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;

/** Registries under test, the servers they reach and the names they reach them by. */
final class Upstreams implements AutoCloseable {

    static final Duration LIMIT = Duration.ofSeconds(10);
    static final Credential CREDENTIAL = new Credential("robot", "s3cr3t-passw0rd");
    static final RepositoryName ALPINE = RepositoryName.parse("library/alpine");
    static final Digest DIGEST = Digest.parse("sha256:" + "0".repeat(64));
    static final RegistryRequest GET = RegistryRequest.blob(Method.GET, ALPINE, DIGEST, null);
    static final RegistryRequest HEAD = RegistryRequest.blob(Method.HEAD, ALPINE, DIGEST, null);
    static final RegistryRequest MANIFEST = RegistryRequest.manifest(Method.GET, ALPINE, new Tag("latest"), "*/*");
    static final String PATH = "/v2/library/alpine/blobs/" + DIGEST.text();

    /** Everything is here: registry.example.com, auth.example.com, cdn.example.net and the like. */
    static final Map<String, String> HERE = List.of(
                    "registry.example.com",
                    "auth.example.com",
                    "cdn.example.net",
                    "other.example.org",
                    "REGISTRY.EXAMPLE.COM")
            .stream()
            .collect(Collectors.toMap(name -> name, name -> "127.0.0.1"));

    /** Short, so that a test of a limit is short as well. */
    static final Timeouts SHORT = new Timeouts(
            Duration.ofSeconds(1),
            Duration.ofMillis(500),
            Duration.ofMillis(500),
            Duration.ofMillis(500),
            Duration.ofMillis(300),
            Duration.ofMillis(300));

    /** Passes only when a test says so, so that what is counted in a second is counted in one. */
    private final AtomicLong nanoseconds = new AtomicLong(System.nanoTime());

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final LoopResources loops = LoopResources.create("upstream-test", 2, true);
    private final List<RegistryFactory> factories = new ArrayList<>();
    private final List<RawServer> servers = new ArrayList<>();
    private final TestTls tls;

    Upstreams() {
        try {
            tls = new TestTls();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Lets time pass for what is remembered; timeouts have a clock of their own. */
    void pass(Duration time) {
        nanoseconds.addAndGet(time.toNanos());
    }

    RawServer http(RawServer.Handler handler) throws IOException {
        return added(RawServer.http(handler));
    }

    RawServer everywhere(RawServer.Handler handler) throws IOException {
        return added(RawServer.everywhere(handler));
    }

    RawServer https(RawServer.Handler handler) throws Exception {
        return https(tls.server(HERE.keySet().toArray(String[]::new)), handler);
    }

    RawServer https(SSLContext context, RawServer.Handler handler) throws IOException {
        return added(RawServer.https(context, handler));
    }

    /** One that asks for certificates of this authority. */
    RawServer asking(RawServer.Handler handler) throws Exception {
        return added(RawServer.asking(tls.askingServer(HERE.keySet().toArray(String[]::new)), handler));
    }

    LoopResources loops() {
        return loops;
    }

    TestTls tls() {
        return tls;
    }

    private RawServer added(RawServer server) {
        servers.add(server);
        return server;
    }

    /** A registry whose addresses all count as public. */
    Registry open(RegistrySettings settings) throws Exception {
        return open(settings, HERE, address -> true);
    }

    /** Likewise, one that shares its tokens. */
    Registry open(RegistrySettings settings, SharedTokens shared) throws Exception {
        return open(settings, HERE, address -> true, tls.client(), shared);
    }

    Registry open(RegistrySettings settings, Map<String, String> names, Predicate<InetAddress> isPublic)
            throws Exception {
        return open(settings, names, isPublic, tls.client(), SharedTokens.NONE);
    }

    Registry openWithSystemTrust(RegistrySettings settings) throws Exception {
        return open(
                settings, HERE, address -> true, SslContextBuilder.forClient().build(), SharedTokens.NONE);
    }

    /** A registry as the gateway opens it: with this machine's resolver and trust. */
    Registry openOnThisMachine(RegistrySettings settings) {
        return opened(new RegistryFactory(new UpstreamMetrics(meters), loops, SharedTokens.NONE), settings);
    }

    private Registry open(
            RegistrySettings settings,
            Map<String, String> names,
            Predicate<InetAddress> isPublic,
            SslContext trust,
            SharedTokens shared) {
        Network network = new Network(loops, trust, new TestNames(names), isPublic);
        return opened(new RegistryFactory(new UpstreamMetrics(meters), network, shared, nanoseconds::get), settings);
    }

    /** What the last registry's factory finds out about TLS. */
    TlsVerdict verdict() {
        return Objects.requireNonNull(factories.getLast().probe().blockLast(LIMIT));
    }

    private Registry opened(RegistryFactory factory, RegistrySettings settings) {
        factories.add(factory);
        return factory.open(settings);
    }

    static RegistrySettings anonymous(URI origin, URI... redirectHosts) {
        return new RegistrySettings("test", origin, List.of(), Set.of(redirectHosts), Timeouts.DEFAULT);
    }

    static RegistrySettings withCredential(URI origin, URI... redirectHosts) {
        return new RegistrySettings("test", origin, List.of(CREDENTIAL), Set.of(redirectHosts), Timeouts.DEFAULT);
    }

    static RegistrySettings with(RegistrySettings settings, TransportSettings transport) {
        return new RegistrySettings(
                settings.route(),
                settings.origin(),
                settings.credentials(),
                settings.redirectHosts(),
                settings.timeouts(),
                settings.notFound(),
                settings.offline(),
                transport);
    }

    static RegistrySettings impatient(URI origin) {
        return new RegistrySettings("test", origin, List.of(), Set.of(), SHORT);
    }

    /** Asks and gathers the body. */
    static String text(Registry registry, RegistryRequest request) {
        return Objects.requireNonNull(registry.send(request, Upstreams::gather).block(LIMIT));
    }

    /** Asks and returns what went wrong. */
    static Throwable failure(Registry registry, RegistryRequest request) {
        return Objects.requireNonNull(registry.send(request, Upstreams::gather)
                .<Throwable>map(text -> new AssertionError("answered with " + text))
                .onErrorResume(Mono::just)
                .block(LIMIT));
    }

    static Mono<String> gather(ResponseHead head, Flux<ByteBuf> body) {
        return body.map(buffer -> buffer.toString(StandardCharsets.ISO_8859_1)).collect(Collectors.joining());
    }

    /** How many connections of the route {@code test} are in a state. */
    int connections(String state) {
        return meters.find("sluice.upstream.connections").tag("state", state).gauges().stream()
                .mapToInt(gauge -> (int) gauge.value())
                .sum();
    }

    /** Waits until no connection is in use: whoever has the last byte is told before the pool has the connection. */
    void awaitReleased() {
        await().atMost(LIMIT)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> connections("active") == 0 && connections("pending") == 0);
    }

    /** How many requests ended with a status or reason. */
    long requests(String status) {
        return meters.find("sluice.upstream.requests").tag("status", status).timers().stream()
                .mapToLong(timer -> timer.count())
                .sum();
    }

    /** What a counter of the route has for a reason. */
    long count(String name, String reason) {
        return meters.find(name).tag("reason", reason).counters().stream()
                .mapToLong(counter -> (long) counter.count())
                .sum();
    }

    /** How many hosts have their breaker in a state. */
    int breakers(String state) {
        return meters.find("sluice.upstream.breakers").tag("state", state).gauges().stream()
                .mapToInt(gauge -> (int) gauge.value())
                .sum();
    }

    /** What a gauge says of an account. */
    double ofAccount(String name, String account) {
        return Objects.requireNonNull(meters.find(name).tag("account", account).gauge())
                .value();
    }

    double gauge(String name) {
        Gauge gauge = Objects.requireNonNull(
                meters.find(name).gauge(),
                () -> name + " in " + Arrays.toString(meters.getMeters().toArray()));
        return gauge.value();
    }

    @Override
    public void close() throws IOException {
        factories.forEach(RegistryFactory::dispose);
        for (RawServer server : servers) {
            server.close();
        }
        loops.disposeLater(Duration.ZERO, Duration.ofSeconds(1)).block(LIMIT);
    }
}
