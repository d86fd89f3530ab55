package io.sluice.gateway.it;

import static org.awaitility.Awaitility.await;

import io.sluice.testing.ScriptedUpstream;
import io.sluice.testing.process.RedisServer;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Gateways with caches of their own, one Redis, one upstream. */
final class Replicas implements AutoCloseable {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int CLIENTS = 32;

    private final Path directory;
    private final ScriptedUpstream upstream = ScriptedUpstream.start();
    private final RedisServer redis;
    private final List<TestGateway> gateways = new ArrayList<>();
    private final ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);

    Replicas(Path directory) {
        this.directory = directory;
        this.redis = RedisServer.start(directory.resolve("redis"), "--rdbcompression", "no");
    }

    ScriptedUpstream upstream() {
        return upstream;
    }

    RedisServer redis() {
        return redis;
    }

    /** Starts one more, which has the Redis and the given arguments, and waits until it has reached the Redis. */
    TestGateway start(String... arguments) {
        String[] all = Stream.concat(Stream.of("--sluice.redis.url=" + redis.url()), Arrays.stream(arguments))
                .toArray(String[]::new);
        TestGateway gateway = TestGateway.start(directory.resolve("replica-" + gateways.size()), all);
        gateways.add(gateway);
        awaitRedis(gateway, "UP");
        return gateway;
    }

    static void awaitRedis(TestGateway gateway, String status) {
        await().atMost(SOON)
                .until(() -> TestGateway.text(gateway.send("GET", gateway.managementPort(), "/actuator/health/redis"))
                        .contains("\"status\":\"" + status + "\""));
    }

    /** Begins a request that may wait. */
    Future<HttpResponse<byte[]>> begin(Callable<HttpResponse<byte[]>> request) {
        return clients.submit(request);
    }

    static HttpResponse<byte[]> end(Future<HttpResponse<byte[]>> request) throws Exception {
        return request.get(SOON.toSeconds(), TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        gateways.forEach(TestGateway::close);
        clients.shutdownNow();
        redis.close();
        upstream.close();
    }
}
