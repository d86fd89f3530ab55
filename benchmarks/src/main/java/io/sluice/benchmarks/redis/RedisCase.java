package io.sluice.benchmarks.redis;

import io.sluice.benchmarks.client.Arrival;
import io.sluice.benchmarks.client.Arrivals;
import io.sluice.benchmarks.client.Target;
import io.sluice.benchmarks.peer.Peers;
import io.sluice.benchmarks.report.Measure;
import io.sluice.benchmarks.report.Section;
import io.sluice.benchmarks.report.Statistics;
import io.sluice.benchmarks.report.Verdict;
import io.sluice.testing.ScriptedUpstream;
import io.sluice.testing.process.GatewayJar;
import io.sluice.testing.process.RedisServer;
import io.sluice.testing.process.Running;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** Hits at a fixed rate, of a gateway whose Redis is well, stops, or is gone in the midst of them. */
public final class RedisCase {

    private static final Measure REQUESTS = new Measure("requests", 0);
    private static final Measure FAILED = new Measure("requests that failed", 0);
    private static final Measure CHANGE = new Measure("all, the second after the change, p99, ms", 1);
    private static final Measure AFTER_CHANGE = new Measure("all, from a second after the change on, p99, ms", 1);
    private static final Measure GETS = new Measure("requests upstream meanwhile", 0);
    private static final Measure FAULTS = new Measure("commands that Redis did not answer, or was not sent", 0);

    private static final int IMAGES = 200;
    private static final int PER_SECOND_OF_EACH = 500;
    private static final int KINDS = 3;
    private static final Duration WARM_UP_TIME = Duration.ofSeconds(20);
    private static final Duration UNTIL_THE_CHANGE = Duration.ofSeconds(1);
    private static final Duration WHOLE_WITHIN = Duration.ofSeconds(30);
    private static final double MOST_APART_MILLIS = 50;

    private final Duration time;
    private final Section section;

    /** What is asked for, and how long that takes. */
    private record Kind(String name) {

        static final Kind TAG = new Kind("manifest by tag");
        static final Kind DIGEST = new Kind("manifest by digest");
        static final Kind BLOB = new Kind("blob of 1 KB");
        static final List<Kind> ALL = List.of(TAG, DIGEST, BLOB);

        static Kind of(Target target) {
            if (target.path().contains("/blobs/")) {
                return BLOB;
            }
            return target.path().contains("sha256:") ? DIGEST : TAG;
        }

        Measure half() {
            return new Measure(name + ", p50, ms", 1);
        }

        Measure ninetyNine() {
            return new Measure(name + ", p99, ms", 1);
        }

        Measure most() {
            return new Measure(name + ", most, ms", 1);
        }
    }

    /** How long hits are counted for each state of Redis, which begins after the first second. */
    public RedisCase(Duration time) {
        this.time = time;
        this.section = new Section(
                "Hits with Redis healthy, paused and gone: %d a second each of manifests by tag, by digest, and blobs of 1 KB"
                        .formatted(PER_SECOND_OF_EACH),
                RedisState.parties());
    }

    /** Runs it, with a gateway of its own that has an empty cache below the directory. */
    public Section measure(Path checkout, Path directory, int repeat) throws IOException {
        Running running = new Running();
        try {
            ScriptedUpstream upstream = ScriptedUpstream.start();
            running.add(upstream::close);
            RedisServer redis = running.add(RedisServer.start(directory.resolve("server")));
            GatewayJar gateway = running.add(
                    Peers.gatewayWithRedis(checkout, directory.resolve("gateway"), upstream.url(), redis.url()));
            List<Target> targets =
                    HeldImages.publish(IMAGES, upstream, gateway.uri()).all();
            Arrivals.of(targets, KINDS * PER_SECOND_OF_EACH, WARM_UP_TIME);
            for (int round = 0; round < repeat; round++) {
                for (RedisState state : RedisState.values()) {
                    awaitWhole(gateway);
                    int before = upstream.requests().size();
                    double faults = faults(gateway);
                    measure(targets, redis, state);
                    section.record(GETS, state.party(), upstream.requests().size() - before);
                    section.record(FAULTS, state.party(), faults(gateway) - faults);
                }
            }
            return section;
        } finally {
            running.end();
        }
    }

    private void measure(List<Target> targets, RedisServer redis, RedisState state) throws IOException {
        long start = System.nanoTime();
        Executor later = CompletableFuture.delayedExecutor(UNTIL_THE_CHANGE.toMillis(), TimeUnit.MILLISECONDS);
        CompletableFuture<Void> change = CompletableFuture.runAsync(() -> state.begin(redis), later);
        try {
            record(state, Arrivals.of(targets, KINDS * PER_SECOND_OF_EACH, time), start);
        } finally {
            change.join();
            state.end(redis);
        }
    }

    private void record(RedisState state, List<Arrival> arrivals, long start) {
        for (Kind kind : Kind.ALL) {
            double[] millis = millis(arrivals.stream()
                    .filter(arrival -> Kind.of(arrival.target()).equals(kind))
                    .toList());
            section.record(kind.half(), state.party(), Statistics.median(millis));
            section.record(kind.ninetyNine(), state.party(), Statistics.quantile(0.99, millis));
            section.record(kind.most(), state.party(), Statistics.max(millis));
        }
        long change = start + UNTIL_THE_CHANGE.toNanos();
        long afterwards = change + TimeUnit.SECONDS.toNanos(1);
        section.record(CHANGE, state.party(), ninetyNine(arrivals, change, afterwards));
        section.record(AFTER_CHANGE, state.party(), ninetyNine(arrivals, afterwards, Long.MAX_VALUE));
        section.record(REQUESTS, state.party(), arrivals.size());
        List<String> failures = arrivals.stream()
                .filter(Arrival::hasFailed)
                .map(Arrival::failure)
                .toList();
        section.record(FAILED, state.party(), failures.size());
        failures.stream().distinct().limit(3).forEach(failure -> section.remark(state.party() + ": " + failure));
    }

    private static double ninetyNine(List<Arrival> arrivals, long from, long to) {
        return Statistics.quantile(
                0.99,
                millis(arrivals.stream()
                        .filter(arrival -> arrival.dueAt() >= from && arrival.dueAt() < to)
                        .toList()));
    }

    private static double[] millis(List<Arrival> arrivals) {
        return arrivals.stream()
                .filter(arrival -> !arrival.hasFailed())
                .mapToDouble(Arrival::millis)
                .toArray();
    }

    private static double faults(GatewayJar gateway) {
        return gateway.metric("sluice_redis_faults_total");
    }

    /** Waits until Redis is to the gateway all that it can be. */
    private static void awaitWhole(GatewayJar gateway) {
        gateway.process().awaitReady(WHOLE_WITHIN, () -> gateway.metric("sluice_redis_state") == 4);
    }

    /** Whether what happens to Redis is felt by none of them. */
    public List<Verdict> verdicts() {
        double failed = RedisState.parties().stream()
                .mapToDouble(party -> section.median(FAILED, party))
                .sum();
        double apart = Kind.ALL.stream().mapToDouble(this::apart).max().orElseThrow();
        double afterwards = section.median(AFTER_CHANGE, RedisState.PAUSED_FORGOTTEN.party())
                - section.median(AFTER_CHANGE, RedisState.HEALTHY.party());
        return List.of(
                new Verdict(
                        "hits' p99 with Redis paused or gone at most 50 ms above that with Redis healthy",
                        apart <= MOST_APART_MILLIS,
                        "%+.1f ms".formatted(apart)),
                new Verdict(
                        "the same when memory was cleared as well, from a second after the change on",
                        afterwards <= MOST_APART_MILLIS,
                        "%+.1f ms".formatted(afterwards)),
                new Verdict("no hit fails, whatever Redis does", failed == 0, "%.0f".formatted(failed)));
    }

    private double apart(Kind kind) {
        double healthy = section.median(kind.ninetyNine(), RedisState.HEALTHY.party());
        return Math.max(
                        section.median(kind.ninetyNine(), RedisState.PAUSED.party()),
                        section.median(kind.ninetyNine(), RedisState.GONE.party()))
                - healthy;
    }
}
