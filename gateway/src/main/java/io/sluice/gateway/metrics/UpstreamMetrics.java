package io.sluice.gateway.metrics;

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
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/**
 * The meters of what goes to upstreams. A route that was changed while the gateway runs has another registry, and for a
 * while two: a gauge shows the newest, or the sum.
 */
public final class UpstreamMetrics {

    private final MeterRegistry registry;

    /** What the connections of a route and a state are added up from. */
    private final Map<String, Queue<IntSupplier>> connections = new ConcurrentHashMap<>();

    private final Map<String, AtomicLong> tls = new ConcurrentHashMap<>();

    /** What is shown now, by the name and the tags of the gauge. */
    private final Map<String, AtomicReference<DoubleSupplier>> shown = new ConcurrentHashMap<>();

    public UpstreamMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /**
     * Times one request to an upstream, up to its first header: {@code sluice.upstream.requests}.
     *
     * @param route the route it was for
     * @param method the HTTP method
     * @param status the status, or what went wrong instead, such as {@code timeout}
     * @param duration how long it took
     */
    public void request(String route, String method, String status, Duration duration) {
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
    public void retry(String route, String reason) {
        registry.counter("sluice.upstream.retries", "route", route, "reason", reason)
                .increment();
    }

    /**
     * Counts calls that the gateway did not let go to an upstream: {@code sluice.upstream.rejections}.
     *
     * @param route the route
     * @param reason what they did not get past
     */
    public void rejection(String route, String reason) {
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
    public void breakers(String route, String state, IntSupplier count) {
        showInstead("sluice.upstream.breakers", Tags.of("route", route, "state", state), null, count::getAsInt);
    }

    /** Remembers whether there was TLS with an upstream, 1 or 0: {@code sluice.upstream.tls}. */
    public void tls(String route, boolean secure) {
        tls.computeIfAbsent(route, this::tlsGauge).set(secure ? 1 : 0);
    }

    private AtomicLong tlsGauge(String route) {
        AtomicLong value = new AtomicLong();
        Gauge.builder("sluice.upstream.tls", value, AtomicLong::get)
                .tag("route", route)
                .register(registry);
        return value;
    }

    /**
     * Shows how many connections to a route's upstream hosts there are: {@code sluice.upstream.connections}.
     *
     * @param route the route
     * @param state {@code active}, {@code idle} or {@code pending}
     * @param count asked whenever the meters are read; what several ask for one route is added up
     * @return leaves it out again
     */
    public Disposable connections(String route, String state, IntSupplier count) {
        Queue<IntSupplier> counts =
                connections.computeIfAbsent(route + " " + state, key -> connectionsGauge(route, state));
        counts.add(count);
        return () -> counts.remove(count);
    }

    private Queue<IntSupplier> connectionsGauge(String route, String state) {
        Queue<IntSupplier> counts = new ConcurrentLinkedQueue<>();
        Gauge.builder("sluice.upstream.connections", counts, UpstreamMetrics::sum)
                .tags("route", route, "state", state)
                .strongReference(true)
                .register(registry);
        return counts;
    }

    private static int sum(Queue<IntSupplier> counts) {
        return counts.stream().mapToInt(IntSupplier::getAsInt).sum();
    }
}
