package io.sluice.e2e.fleet;

import io.sluice.e2e.Checkout;
import io.sluice.testing.ScriptedUpstream;
import io.sluice.testing.process.GatewayJar;
import io.sluice.testing.process.Ports;
import io.sluice.testing.process.RedisServer;
import io.sluice.testing.process.Requests;
import io.sluice.testing.process.Running;
import io.sluice.testing.process.Started;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** Replicas of the packaged gateway, each a process with a cache of its own, one Redis, and one upstream. */
final class Fleet implements Started {

    /** Within which everything has to be as before. */
    static final Duration AGAIN = Duration.ofSeconds(30);

    private static final int REPLICAS = 4;
    private static final int ATTEMPTS = 3;

    private final Running running = new Running();
    private final Path directory;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ScriptedUpstream upstream = ScriptedUpstream.start();
    private final EndlessImages warm = new EndlessImages(upstream, "library/warm");
    private final RedisServer redis;
    private final List<GatewayJar> replicas;

    private Fleet(Path directory) {
        this.directory = directory;
        running.add(upstream::close);
        try {
            this.redis = running.add(RedisServer.start(directory.resolve("redis")));
            this.replicas = startAll();
            awaitWhole();
            warmUp(replicas);
        } catch (RuntimeException | Error e) {
            running.end();
            throw e;
        }
    }

    /** Starts everything, empty. */
    static Fleet start() {
        try {
            return new Fleet(Files.createTempDirectory("sluice-fleet"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<GatewayJar> startAll() {
        try (ExecutorService starting = Executors.newVirtualThreadPerTaskExecutor()) {
            List<CompletableFuture<GatewayJar>> started = IntStream.range(0, REPLICAS)
                    .mapToObj(i -> directory.resolve("replica-" + i))
                    .map(own -> CompletableFuture.supplyAsync(() -> addReplica(own), starting))
                    .toList();
            return started.stream().map(CompletableFuture::join).toList();
        }
    }

    private GatewayJar addReplica(Path own) {
        GatewayJar replica = start(own);
        synchronized (running) {
            return running.add(replica);
        }
    }

    private GatewayJar start(Path own) {
        List<String> flags = List.of(
                "-Xmx256m",
                "-XX:+ExitOnOutOfMemoryError",
                "-XX:TieredStopAtLevel=1",
                "-Dio.netty.allocator.type=pooled",
                "-Dio.netty.leakDetection.level=paranoid",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow");
        String yaml = """
                sluice:
                  cache: {directory: cache}
                  routes:
                    registry: {upstream: "%s", root: true, tags: {fresh-for: 1h}}
                """.formatted(upstream.url());
        return GatewayJar.start(
                Checkout.file("gateway/target/sluice.jar"),
                own,
                flags,
                new GatewayJar.Configuration(yaml, environment()));
    }

    /** Starts a replica again on what it holds, after it was killed. */
    void restart(GatewayJar replica) {
        replica.restart();
        awaitWhole();
        warmUp(List.of(replica));
    }

    /** What runs for the first time is slow, and Redis is given a quarter of a second. */
    private void warmUp(List<GatewayJar> cold) {
        try (SteadyPulls pulls = new SteadyPulls(warm, cold)) {
            pulls.awaitMore();
        }
    }

    private Map<String, String> environment() {
        String port = Integer.toString(Ports.free());
        return Map.of(
                "SLUICE_REDIS_URL",
                redis.url(),
                "SLUICE_CLUSTER_PORT",
                port,
                "SLUICE_CLUSTER_ADDRESS",
                "127.0.0.1",
                "SLUICE_CLUSTER_ADVERTISED_URL",
                "http://127.0.0.1:" + port,
                "SLUICE_CLUSTER_SECRET",
                "forty characters that nobody else knows.");
    }

    List<GatewayJar> replicas() {
        return replicas;
    }

    GatewayJar replica(int index) {
        return replicas.get(index);
    }

    ScriptedUpstream upstream() {
        return upstream;
    }

    RedisServer redis() {
        return redis;
    }

    /** How many leases some replicas have lost: they ran out while their owners still worked. */
    static long lostLeases(List<GatewayJar> replicas) {
        return Math.round(replicas.stream().mapToDouble(Fleet::lostLeases).sum());
    }

    static double lostLeases(GatewayJar replica) {
        return replica.metric("sluice_redis_leases_total{event=\"lost\"");
    }

    /**
     * Tells a story of leases, with the number of the attempt. On a machine that is so busy that Redis does not answer within
     * its deadline, a replica goes on without the others, as it should: that is another story, and this one is told again.
     */
    void undisturbed(IntConsumer story) {
        for (int attempt = 1; ; attempt++) {
            List<Double> before = timesWithoutRedis();
            try {
                story.accept(attempt);
                return;
            } catch (AssertionError | ConditionTimeoutException e) {
                if (attempt == ATTEMPTS || !isOneMore(before, timesWithoutRedis())) {
                    throw e;
                }
            }
        }
    }

    private List<Double> timesWithoutRedis() {
        return replicas.stream()
                .map(replica -> replica.metric("sluice_redis_leases_total{event=\"alone\"")
                        + replica.metricSoFar("sluice_cluster_fetches_total{role=\"alone\"")
                        + replica.metricSoFar("sluice_redis_faults_total"))
                .toList();
    }

    private static boolean isOneMore(List<Double> before, List<Double> after) {
        return IntStream.range(0, before.size()).anyMatch(i -> after.get(i) > before.get(i));
    }

    /** Waits until every replica has all that Redis is to it. */
    void awaitWhole() {
        Awaitility.await("every replica has Redis")
                .atMost(AGAIN)
                .until(() -> replicas.stream().allMatch(this::isWhole));
    }

    private boolean isWhole(GatewayJar replica) {
        byte[] health = Requests.get(http, replica.managementUri().resolve("/actuator/health/redis"))
                .body();
        return new String(health, StandardCharsets.UTF_8).contains("\"status\":\"UP\"");
    }

    @Override
    public void close() {
        List<String> leaks = replicas.stream()
                .flatMap(replica -> replica.lines().stream())
                .filter(line -> line.contains("LEAK:"))
                .toList();
        try {
            running.end();
        } finally {
            http.close();
            delete();
        }
        if (!leaks.isEmpty()) {
            throw new AssertionError("replicas have lost buffers: " + leaks);
        }
    }

    private void delete() {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
