package io.sluice.gateway.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.DoubleSupplier;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/**
 * The gateway's meters. Tags are route names, kinds, outcomes and statuses: all bounded by the configuration, nothing
 * that a client can choose.
 */
public final class GatewayMetrics {

    private static final double MILLIS_PER_SECOND = 1_000;

    private final MeterRegistry registry;

    /** What holds at the start was taken over too. */
    private final AtomicLong reloadSuccessful = new AtomicLong(1);

    private final AtomicLong reloadedAt = new AtomicLong(System.currentTimeMillis());

    /** What the connections of a route and a state are added up from: a route that has changed has two registries for a while. */
    private final Map<String, Queue<IntSupplier>> connections = new ConcurrentHashMap<>();

    private final Map<String, AtomicLong> upstreamTls = new ConcurrentHashMap<>();

    /** What is shown now of registries, by the name and the tags of the gauge. */
    private final Map<String, AtomicReference<DoubleSupplier>> shown = new ConcurrentHashMap<>();

    /** What the counters ask, which they themselves do not keep from being collected. */
    private final Queue<LongSupplier> counts = new ConcurrentLinkedQueue<>();

    public GatewayMetrics(MeterRegistry registry) {
        this.registry = registry;
        Gauge.builder("sluice.config.reload.successful", reloadSuccessful, AtomicLong::get)
                .strongReference(true)
                .register(registry);
        Gauge.builder("sluice.config.reload.success.time", reloadedAt, at -> at.get() / MILLIS_PER_SECOND)
                .baseUnit("seconds")
                .strongReference(true)
                .register(registry);
    }

    /** Counts an answered pull: {@code sluice.pulls}. */
    public void pull(String route, Kind kind, Outcome outcome) {
        registry.counter("sluice.pulls", "route", route, "kind", kind.label(), "outcome", outcome.label())
                .increment();
    }

    /** Counts pulls that the configuration forbids: {@code sluice.denied}. */
    public void denied(String route, Kind kind, String reason) {
        registry.counter("sluice.denied", "route", route, "kind", kind.label(), "reason", reason)
                .increment();
    }

    /** Counts requests that were refused because too many of their address are under way: {@code sluice.clients.limited}. */
    public void limitedClient() {
        registry.counter("sluice.clients.limited").increment();
    }

    /** Counts body bytes sent to clients: {@code sluice.served.bytes}. */
    public void served(String route, Kind kind, long bytes) {
        registry.counter("sluice.served.bytes", "route", route, "kind", kind.label())
                .increment((double) bytes);
    }

    /** Counts body bytes received from upstreams: {@code sluice.fetched.bytes}. */
    public void fetched(String route, Kind kind, long bytes) {
        registry.counter("sluice.fetched.bytes", "route", route, "kind", kind.label())
                .increment((double) bytes);
    }

    /** Counts content of an upstream that was not what it claimed to be: {@code sluice.rejected.content} (T01, T03). */
    public void rejectedContent(String route, Kind kind) {
        registry.counter("sluice.rejected.content", "route", route, "kind", kind.label())
                .increment();
    }

    /** Counts ranges of blobs that were relayed without a check: {@code sluice.unverified}. */
    public void unverified(String route) {
        registry.counter("sluice.unverified", "route", route).increment();
    }

    /** Counts fetches of blobs that were continued where an upstream's body broke off: {@code sluice.blob.resumes}. */
    public void resumedBlob(String route) {
        registry.counter("sluice.blob.resumes", "route", route).increment();
    }

    /** Counts fetches of blobs that were stopped because nobody reads them: {@code sluice.blob.abandoned} (C02). */
    public void abandonedBlob(String route) {
        registry.counter("sluice.blob.abandoned", "route", route).increment();
    }

    /** Counts answers with blobs that passed through because they could not be kept: {@code sluice.blob.uncached} (K12). */
    public void uncachedBlob(String route) {
        registry.counter("sluice.blob.uncached", "route", route).increment();
    }

    /**
     * Times one request to an upstream, up to its first header: {@code sluice.upstream.requests}.
     *
     * @param route the route it was for
     * @param method the HTTP method
     * @param status the status, or what went wrong instead, such as {@code timeout}
     * @param duration how long it took
     */
    public void upstreamRequest(String route, String method, String status, Duration duration) {
        Timer.builder("sluice.upstream.requests")
                .tags("route", route, "method", method, "status", status)
                .register(registry)
                .record(duration);
    }

    /**
     * Shows something of the rate limit that an upstream has for an account: {@code sluice.upstream.ratelimit.<what>}.
     *
     * @param route the route
     * @param account the account's place in the configuration, never its name
     * @param what {@code limit}, {@code remaining} or {@code wait}
     * @param unit the base unit, or null
     * @param value asked whenever the meters are read; not a number where there is nothing to tell
     */
    public void rateLimit(String route, String account, String what, @Nullable String unit, DoubleSupplier value) {
        Tags tags = Tags.of("route", route, "account", account);
        showInstead("sluice.upstream.ratelimit." + what, tags, unit, value);
    }

    /** Shows a value from now on, in place of an earlier one: a route that has changed has another registry. */
    private void showInstead(String name, Tags tags, @Nullable String unit, DoubleSupplier value) {
        shown.computeIfAbsent(name + tags, key -> gaugeOfLatest(name, tags, unit))
                .set(value);
    }

    private AtomicReference<DoubleSupplier> gaugeOfLatest(String name, Tags tags, @Nullable String unit) {
        AtomicReference<DoubleSupplier> latest = new AtomicReference<>(() -> Double.NaN);
        Gauge.builder(name, latest, value -> value.get().getAsDouble())
                .tags(tags)
                .baseUnit(unit)
                .strongReference(true)
                .register(registry);
        return latest;
    }

    /**
     * Counts requests that were sent to an upstream once more: {@code sluice.upstream.retries}.
     *
     * @param route the route
     * @param reason what was wrong with the first answer, or how it did not come
     */
    public void upstreamRetry(String route, String reason) {
        registry.counter("sluice.upstream.retries", "route", route, "reason", reason)
                .increment();
    }

    /**
     * Counts calls that the gateway did not let go to an upstream: {@code sluice.upstream.rejections}.
     *
     * @param route the route
     * @param reason what they did not get past
     */
    public void upstreamRejection(String route, String reason) {
        registry.counter("sluice.upstream.rejections", "route", route, "reason", reason)
                .increment();
    }

    /**
     * Shows how many hosts of a route have their breaker in a state: {@code sluice.upstream.breakers}.
     *
     * @param route the route
     * @param state {@code closed}, {@code open} or {@code half_open}
     * @param count asked whenever the meters are read
     */
    public void upstreamBreakers(String route, String state, IntSupplier count) {
        showInstead("sluice.upstream.breakers", Tags.of("route", route, "state", state), null, count::getAsInt);
    }

    /** Remembers whether there was TLS with an upstream, 1 or 0: {@code sluice.upstream.tls}. */
    public void upstreamTls(String route, boolean secure) {
        upstreamTls.computeIfAbsent(route, this::upstreamTlsGauge).set(secure ? 1 : 0);
    }

    private AtomicLong upstreamTlsGauge(String route) {
        AtomicLong value = new AtomicLong();
        Gauge.builder("sluice.upstream.tls", value, AtomicLong::get)
                .tag("route", route)
                .register(registry);
        return value;
    }

    /** Shows how many flights are in the air: {@code sluice.flights}. */
    public void flights(String name, IntSupplier count) {
        Gauge.builder("sluice.flights", count, IntSupplier::getAsInt)
                .tag("flight", name)
                .strongReference(true)
                .register(registry);
    }

    /**
     * Shows how many connections to a route's upstream hosts there are: {@code sluice.upstream.connections}.
     *
     * @param route the route
     * @param state {@code active}, {@code idle} or {@code pending}
     * @param count asked whenever the meters are read; what several ask for one route is added up
     * @return leaves it out again
     */
    public Disposable upstreamConnections(String route, String state, IntSupplier count) {
        Queue<IntSupplier> counts =
                connections.computeIfAbsent(route + " " + state, key -> connectionsGauge(route, state));
        counts.add(count);
        return () -> counts.remove(count);
    }

    private Queue<IntSupplier> connectionsGauge(String route, String state) {
        Queue<IntSupplier> counts = new ConcurrentLinkedQueue<>();
        Gauge.builder("sluice.upstream.connections", counts, GatewayMetrics::sum)
                .tags("route", route, "state", state)
                .strongReference(true)
                .register(registry);
        return counts;
    }

    private static int sum(Queue<IntSupplier> counts) {
        return counts.stream().mapToInt(IntSupplier::getAsInt).sum();
    }

    /**
     * Counts what the cache could not do, and answered as a miss instead: {@code sluice.cache.faults}.
     *
     * @param fault which kind
     * @param count how many so far; asked whenever the meters are read
     */
    public void cacheFaults(String fault, LongSupplier count) {
        counting("sluice.cache.faults", count).tag("fault", fault).register(registry);
    }

    /**
     * Counts what Redis could not do, and was a miss or was left out instead: {@code sluice.redis.faults}.
     *
     * @param fault which kind
     * @param count how many so far; asked whenever the meters are read
     */
    public void redisFaults(String fault, LongSupplier count) {
        counting("sluice.redis.faults", count).tag("fault", fault).register(registry);
    }

    /**
     * Counts what was looked up where Redis has a word: {@code sluice.redis.lookups}.
     *
     * @param kind what was looked up
     * @param result how
     * @param count how often so far; asked whenever the meters are read
     */
    public void redisLookups(String kind, String result, LongSupplier count) {
        counting("sluice.redis.lookups", count)
                .tags("kind", kind, "result", result)
                .register(registry);
    }

    /**
     * Counts what became of fetches that replicas share: {@code sluice.redis.leases}.
     *
     * @param event what became of one
     * @param count how often so far; asked whenever the meters are read
     */
    public void redisLeases(String event, LongSupplier count) {
        counting("sluice.redis.leases", count).tag("event", event).register(registry);
    }

    /**
     * Shows one thing of how it is with Redis, 1 or 0: {@code sluice.redis.state}.
     *
     * @param what {@code connected}, {@code tracked}, {@code reads} or {@code writes}
     * @param value asked whenever the meters are read
     */
    public void redisState(String what, IntSupplier value) {
        Gauge.builder("sluice.redis.state", value, IntSupplier::getAsInt)
                .tag("state", what)
                .strongReference(true)
                .register(registry);
    }

    /**
     * Counts the changes of the configuration, and remembers whether the last one was taken over, and when one was last:
     * {@code sluice.config.reloads}, {@code sluice.config.reload.successful}, {@code sluice.config.reload.success.time}.
     */
    public void configurationReload(boolean successful) {
        registry.counter("sluice.config.reloads", "result", successful ? "applied" : "rejected")
                .increment();
        reloadSuccessful.set(successful ? 1 : 0);
        if (successful) {
            reloadedAt.set(System.currentTimeMillis());
        }
    }

    /** Counts what was asked for on the management port: {@code sluice.admin.actions}. */
    public void adminAction(String action, int status) {
        registry.counter("sluice.admin.actions", "action", action, "status", Integer.toString(status))
                .increment();
    }

    /** Counts the answers to other replicas: {@code sluice.cluster.requests}. */
    public void clusterRequest(int status) {
        registry.counter("sluice.cluster.requests", "status", Integer.toString(status))
                .increment();
    }

    /** Counts fetches of blobs by what this replica was to the others: {@code sluice.cluster.fetches}. */
    public void clusterFetch(String route, String role) {
        registry.counter("sluice.cluster.fetches", "route", route, "role", role).increment();
    }

    /** Counts the bytes of blobs that other replicas sent: {@code sluice.cluster.fetched.bytes}. */
    public void fetchedFromReplica(String route, long bytes) {
        registry.counter("sluice.cluster.fetched.bytes", "route", route).increment((double) bytes);
    }

    /** Counts how often what another replica should send had to come from elsewhere: {@code sluice.cluster.failures}. */
    public void replicaFailure(String reason) {
        registry.counter("sluice.cluster.failures", "reason", reason).increment();
    }

    /** Counts blobs of other replicas that were not what they should be: {@code sluice.cluster.rejected.content} (T01). */
    public void rejectedFromReplica(String route) {
        registry.counter("sluice.cluster.rejected.content", "route", route).increment();
    }

    /**
     * Shows something of what the store of blobs holds: {@code sluice.blob.store.<what>}.
     *
     * @param what such as {@code entries}
     * @param unit the base unit, or null
     * @param value asked whenever the meters are read
     */
    public void blobStore(String what, @Nullable String unit, LongSupplier value) {
        Gauge.builder("sluice.blob.store." + what, value, LongSupplier::getAsLong)
                .baseUnit(unit)
                .strongReference(true)
                .register(registry);
    }

    /**
     * Counts something that has happened to blobs in the store: {@code sluice.blob.<what>}.
     *
     * @param what such as {@code evictions}
     * @param count how many so far; asked whenever the meters are read
     */
    public void blobEvents(String what, LongSupplier count) {
        counting("sluice.blob." + what, count).register(registry);
    }

    private FunctionCounter.Builder<LongSupplier> counting(String name, LongSupplier count) {
        counts.add(count);
        return FunctionCounter.builder(name, count, LongSupplier::getAsLong);
    }
}
