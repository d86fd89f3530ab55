package io.sluice.gateway.it;

import static io.sluice.gateway.it.ManifestsOverHttpTest.header;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testing.Images;
import io.sluice.testing.Images.Content;
import io.sluice.testing.ScriptedUpstream;
import io.sluice.testing.process.Ports;
import io.sluice.testing.process.RedisServer;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two gateways with caches of their own, and one Redis. */
class RedisReplicasTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    private Path directory;

    private ScriptedUpstream upstream;
    private RedisServer redis;
    private final List<TestGateway> gateways = new ArrayList<>();

    @BeforeEach
    void start() {
        upstream = ScriptedUpstream.start();
        redis = RedisServer.start(directory.resolve("redis"));
    }

    @AfterEach
    void end() {
        gateways.forEach(TestGateway::close);
        redis.close();
        upstream.close();
    }

    private TestGateway gateway(String name, String url, String freshFor) {
        TestGateway gateway = TestGateway.start(
                directory.resolve(name),
                "--sluice.redis.url=" + url,
                "--sluice.routes.hub.upstream=" + upstream.url(),
                "--sluice.routes.hub.root=true",
                "--sluice.routes.hub.tags.fresh-for=" + freshFor,
                "--sluice.routes.eager.upstream=" + upstream.url(),
                "--sluice.routes.eager.paths=/eager",
                "--sluice.routes.eager.tags.fresh-for=0s");
        gateways.add(gateway);
        return gateway;
    }

    private TestGateway whole(String name) {
        return whole(name, "60s");
    }

    private TestGateway whole(String name, String freshFor) {
        TestGateway gateway = gateway(name, redis.url(), freshFor);
        awaitStatus(gateway, "UP");
        return gateway;
    }

    private static void awaitStatus(TestGateway gateway, String status) {
        await().atMost(SOON).until(() -> health(gateway).contains("\"status\":\"" + status + "\""));
    }

    private static String health(TestGateway gateway) {
        return TestGateway.text(gateway.send("GET", gateway.managementPort(), "/actuator/health/redis"));
    }

    private long gets(String repository) {
        return upstream.requests().stream()
                .filter(request ->
                        request.method().equals("GET") && request.path().contains("/" + repository + "/"))
                .count();
    }

    @Test
    void whatOneHasFetchedTheOtherServesByTagAndByDigestWithoutTheUpstream() {
        Content image = Images.image(Images.layer(100, 1));
        upstream.manifest("shared", image, "latest");
        TestGateway one = whole("one");
        TestGateway two = whole("two");

        assertThat(header(one.get("/v2/shared/manifests/latest"), "Cache-Status"))
                .isEqualTo("sluice; fwd=miss; stored");
        int asked = upstream.requests().size();

        for (String reference : new String[] {"latest", image.digest()}) {
            HttpResponse<byte[]> response = two.get("/v2/shared/manifests/" + reference);
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body()).isEqualTo(image.bytes());
            assertThat(header(response, "Content-Type")).isEqualTo(image.mediaType());
            assertThat(header(response, "Docker-Content-Digest")).isEqualTo(image.digest());
            assertThat(header(response, "Cache-Status")).isEqualTo("sluice; hit");
        }
        assertThat(upstream.requests()).hasSize(asked);
        assertThat(gets("shared")).isOne();
    }

    @Test
    @DisplayName("T11: bytes that another replica has put there are nobody's to see before the upstream says yes")
    void bytesInRedisAreNoRight() {
        Content image = Images.image(Images.layer(100, 2));
        upstream.manifest("mine", image, "latest");
        TestGateway one = whole("one");
        TestGateway two = whole("two");
        one.get("/v2/mine/manifests/latest");

        assertThat(two.get("/v2/other/manifests/" + image.digest()).statusCode())
                .isEqualTo(404);
    }

    @Test
    void aTagThatOneHasSeenMoveHasMovedForTheOtherToo() {
        Content before = Images.image(Images.layer(100, 3));
        Content after = Images.image(Images.layer(100, 4));
        upstream.manifest("moving", before, "latest");
        TestGateway asksAlways = whole("one", "0s");
        TestGateway believes = whole("two", "1h");
        for (int i = 0; i < 3; i++) {
            assertThat(believes.get("/v2/moving/manifests/latest").body()).isEqualTo(before.bytes());
        }

        upstream.manifest("moving", after, "latest");
        assertThat(believes.get("/v2/moving/manifests/latest").body()).isEqualTo(before.bytes());
        assertThat(asksAlways.get("/v2/moving/manifests/latest").body()).isEqualTo(after.bytes());
        int asked = upstream.requests().size();

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(
                                believes.get("/v2/moving/manifests/latest").body())
                        .isEqualTo(after.bytes()));
        assertThat(upstream.requests()).hasSize(asked);
    }

    @Test
    void whatBothWantAtOnceIsFetchedOnce() throws Exception {
        TestGateway one = whole("one");
        TestGateway two = whole("two");
        try (ExecutorService clients = Executors.newFixedThreadPool(8)) {
            for (int i = 0; i < 10; i++) {
                Content image = Images.image(Images.layer(100, 1_000 + i));
                String repository = "cold" + i;
                upstream.manifest(repository, image, "latest");
                List<Future<HttpResponse<byte[]>>> pulls = new ArrayList<>();
                for (String reference : new String[] {"latest", image.digest(), "latest", image.digest()}) {
                    String path = "/v2/" + repository + "/manifests/" + reference;
                    pulls.add(clients.submit(() -> one.get(path)));
                    pulls.add(clients.submit(() -> two.get(path)));
                }
                for (Future<HttpResponse<byte[]>> pull : pulls) {
                    assertThat(pull.get(30, TimeUnit.SECONDS).body()).isEqualTo(image.bytes());
                }
                assertThat(gets(repository)).as(repository).isOne();
            }
        }
    }

    @Test
    @DisplayName("K07: after FLUSHALL what is held on disk is a hit as before, and Redis gets its small records back")
    void anEmptiedRedisChangesNothingForWhoHoldsIt() {
        Content image = Images.image(Images.layer(100, 8));
        upstream.manifest("flushed", image, "latest");
        TestGateway one = whole("one");
        one.get("/v2/flushed/manifests/latest");
        int asked = upstream.requests().size();

        redis.send("FLUSHALL");

        for (String reference : new String[] {"latest", image.digest()}) {
            assertThat(header(one.get("/v2/flushed/manifests/" + reference), "Cache-Status"))
                    .isEqualTo("sluice; hit");
        }
        assertThat(upstream.requests()).hasSize(asked);
        await().atMost(SOON)
                .until(() -> redis.send("KEYS", "sluice:1:*").lines().count() >= 2);
    }

    @Test
    @DisplayName("K02 K03: killed or frozen under load, Redis fails no pull, and is used again by itself")
    void noPullFailsWhateverRedisDoes() {
        Content image = Images.image(Images.layer(100, 5));
        upstream.manifest("steady", image, "latest");
        TestGateway one = whole("one");
        one.get("/v2/steady/manifests/latest");

        redis.freeze();
        pullAll(one, "frozen");
        redis.thaw();
        awaitStatus(one, "UP");
        redis.kill();
        pullAll(one, "killed");
        awaitStatus(one, "DEGRADED");
        redis.restart();
        awaitStatus(one, "UP");

        Content later = Images.image(Images.layer(100, 6));
        upstream.manifest("later", later, "latest");
        one.get("/v2/later/manifests/latest");
        assertThat(whole("two").get("/v2/later/manifests/latest").body()).isEqualTo(later.bytes());
        assertThat(gets("later")).isOne();
    }

    /** Hits and misses, each time the same way round. */
    private void pullAll(TestGateway gateway, String when) {
        for (int i = 0; i < 40; i++) {
            Content fresh = Images.image(Images.layer(100, 100 + i));
            upstream.manifest(when + i, fresh, "v1");
            assertThat(gateway.get("/v2/steady/manifests/latest").statusCode())
                    .as(when)
                    .isEqualTo(200);
            HttpResponse<byte[]> response = gateway.get("/v2/eager/" + when + i + "/manifests/v1");
            assertThat(response.statusCode()).as(when).isEqualTo(200);
            assertThat(response.body()).isEqualTo(fresh.bytes());
        }
    }

    @Test
    @DisplayName("K01 G16: a Redis that is down at the start does not hold it up, and is used once it is there")
    void aRedisThatIsDownAtTheStartIsUsedLater() {
        int port = Ports.free();
        Content image = Images.image(Images.layer(100, 7));
        upstream.manifest("early", image, "latest");
        TestGateway one = gateway("one", "redis://127.0.0.1:" + port, "60s");

        assertThat(one.get("/v2/early/manifests/latest").body()).isEqualTo(image.bytes());
        assertThat(one.send("GET", one.managementPort(), "/actuator/health/readiness")
                        .statusCode())
                .isEqualTo(200);
        assertThat(one.send("GET", one.managementPort(), "/actuator/health").statusCode())
                .isEqualTo(200);
        assertThat(one.scrape()).contains("sluice_redis_state{state=\"connected\"} 0.0");
        try (RedisServer late = RedisServer.startOn(port, directory.resolve("late"))) {
            awaitStatus(one, "UP");
            assertThat(one.get("/v2/early/manifests/latest").body()).isEqualTo(image.bytes());
            await().atMost(SOON).until(() -> !late.send("KEYS", "sluice:1:*").isEmpty());
        }
    }
}
