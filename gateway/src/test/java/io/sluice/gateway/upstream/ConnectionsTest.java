package io.sluice.gateway.upstream;

import static io.sluice.gateway.upstream.Upstreams.GET;
import static io.sluice.gateway.upstream.Upstreams.HEAD;
import static io.sluice.gateway.upstream.Upstreams.LIMIT;
import static io.sluice.gateway.upstream.Upstreams.MANIFEST;
import static io.sluice.gateway.upstream.Upstreams.failure;
import static io.sluice.gateway.upstream.Upstreams.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.gateway.error.CallRejectedException;
import io.sluice.gateway.error.CallRejectedException.Reason;
import io.sluice.gateway.upstream.RegistrySettings.Timeouts;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

class ConnectionsTest {

    private final Upstreams upstreams = new Upstreams();
    private final CountDownLatch answer = new CountDownLatch(1);

    @AfterEach
    void close() throws Exception {
        answer.countDown();
        upstreams.close();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aRequestThatFindsNoFreeConnectionWaitsForALimitedTime(RegistryRequest request, int connections)
            throws Exception {
        Registry registry = upstreams.open(acquiringWithin(Duration.ofMillis(300), silentServer()));
        Disposable others = ask(registry, request, connections);
        await().atMost(LIMIT).until(() -> upstreams.connections("active") == connections);

        assertThat(failure(registry, request))
                .isInstanceOfSatisfying(
                        CallRejectedException.class,
                        rejected -> assertThat(rejected.reason()).isEqualTo(Reason.QUEUE_TIMEOUT))
                .hasMessage("registry.example.com was not asked: none of its connections became free in time");
        assertThat(upstreams.count("sluice.upstream.rejections", "queue_timeout"))
                .isEqualTo(1);

        others.dispose();
        upstreams.awaitReleased();
        answer.countDown();
        assertThat(text(registry, request)).isEqualTo("x");
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aRequestThatFindsTheQueueFullIsTurnedAwayAtOnce(RegistryRequest request, int connections) throws Exception {
        Registry registry = upstreams.open(acquiringWithin(Duration.ofSeconds(30), silentServer()));
        Disposable others = ask(registry, request, connections + Connections.MAX_PENDING);
        await().atMost(LIMIT).until(() -> upstreams.connections("pending") == Connections.MAX_PENDING);

        assertThat(failure(registry, request))
                .isInstanceOfSatisfying(
                        CallRejectedException.class,
                        rejected -> assertThat(rejected.reason()).isEqualTo(Reason.QUEUE_FULL));
        assertThat(upstreams.count("sluice.upstream.rejections", "queue_full")).isEqualTo(1);

        others.dispose();
        upstreams.awaitReleased();
    }

    static List<Arguments> kinds() {
        return List.of(
                Arguments.of(MANIFEST, Connections.MAX_PER_HOST), Arguments.of(GET, Connections.MAX_BLOBS_PER_HOST));
    }

    @Test
    @DisplayName("G07: while 200 blobs are under way or wait for a connection, a manifest and a HEAD are answered")
    void nothingWaitsBehindLayers() throws Exception {
        RawServer server = upstreams.http((request, reply) -> {
            if (request.method().equals("GET") && request.target().contains("/blobs/")) {
                answer.await();
            }
            reply.send(200, request.method().equals("HEAD") ? "" : "x");
        });
        Registry registry = upstreams.open(acquiringWithin(Duration.ofSeconds(30), server.at("registry.example.com")));
        Disposable blobs = ask(registry, GET, 200);
        await().atMost(LIMIT).until(() -> upstreams.connections("pending") == 200 - Connections.MAX_BLOBS_PER_HOST);

        assertThat(text(registry, MANIFEST)).isEqualTo("x");
        assertThat(text(registry, HEAD)).isEmpty();

        blobs.dispose();
        upstreams.awaitReleased();
    }

    private URI silentServer() throws Exception {
        return upstreams
                .http((request, reply) -> {
                    answer.await();
                    reply.send(200, "x");
                })
                .at("registry.example.com");
    }

    private static Disposable ask(Registry registry, RegistryRequest request, int times) {
        return Flux.range(0, times)
                .flatMap(i -> registry.send(request, Upstreams::gather).onErrorComplete(), times)
                .subscribe();
    }

    private static RegistrySettings acquiringWithin(Duration acquire, URI origin) {
        Duration minute = Duration.ofMinutes(1);
        return new RegistrySettings(
                "test", origin, List.of(), Set.of(), new Timeouts(minute, minute, acquire, acquire, minute, minute));
    }
}
