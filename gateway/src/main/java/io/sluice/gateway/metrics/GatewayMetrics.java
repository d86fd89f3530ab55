package io.sluice.gateway.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

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

    /** The meters of every answer, at hand: a registry makes a key of all tags for each look. */
    private final Map<Answered, Counter> pulls = new ConcurrentHashMap<>();

    private final Map<Served, Counter> served = new ConcurrentHashMap<>();

    private record Answered(String route, Kind kind, Outcome outcome) {}

    private record Served(String route, Kind kind) {}

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
        pulls.computeIfAbsent(new Answered(route, kind, outcome), this::pulls).increment();
    }

    private Counter pulls(Answered key) {
        return registry.counter(
                "sluice.pulls",
                "route",
                key.route(),
                "kind",
                key.kind().label(),
                "outcome",
                key.outcome().label());
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

    /** Counts lines of the access log that could not be written fast enough: {@code sluice.access.log.dropped}. */
    public void droppedAccessLines(LongSupplier count) {
        counting("sluice.access.log.dropped", count).register(registry);
    }

    /** Counts body bytes sent to clients: {@code sluice.served.bytes}. */
    public void served(String route, Kind kind, long bytes) {
        served.computeIfAbsent(new Served(route, kind), this::served).increment((double) bytes);
    }

    private Counter served(Served key) {
        return registry.counter(
                "sluice.served.bytes", "route", key.route(), "kind", key.kind().label());
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

    /** Shows who does TLS: {@code sluice.tls.provider}, always 1. */
    public void tlsProvider(String provider) {
        Gauge.builder("sluice.tls.provider", () -> 1)
                .tag("provider", provider)
                .strongReference(true)
                .register(registry);
    }

    /** Shows how many flights are in the air: {@code sluice.flights}. */
    public void flights(String name, IntSupplier count) {
        Gauge.builder("sluice.flights", count, IntSupplier::getAsInt)
                .tag("flight", name)
                .strongReference(true)
                .register(registry);
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
