package io.sluice.gateway.upstream;

import static io.sluice.gateway.upstream.Upstreams.GET;
import static io.sluice.gateway.upstream.Upstreams.LIMIT;
import static io.sluice.gateway.upstream.Upstreams.failure;
import static io.sluice.gateway.upstream.Upstreams.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.gateway.error.OverloadedException;
import io.sluice.gateway.error.UpstreamTimeoutException;
import io.sluice.gateway.upstream.RegistrySettings.Timeouts;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
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

    @Test
    void aRequestThatFindsNoFreeConnectionWaitsForALimitedTime() throws Exception {
        Registry registry = upstreams.open(acquiringWithin(Duration.ofMillis(300), silentServer()));
        Disposable others = ask(registry, Connections.MAX_PER_HOST);
        await().atMost(LIMIT).until(() -> upstreams.connections("active") == Connections.MAX_PER_HOST);

        assertThat(failure(registry, GET))
                .isInstanceOf(UpstreamTimeoutException.class)
                .hasMessage("registry.example.com did not give a free connection within 300 ms");

        others.dispose();
        upstreams.awaitReleased();
        answer.countDown();
        assertThat(text(registry, GET)).isEqualTo("x");
    }

    @Test
    void aRequestThatFindsTheQueueFullIsTurnedAwayAtOnce() throws Exception {
        Registry registry = upstreams.open(acquiringWithin(Duration.ofSeconds(30), silentServer()));
        Disposable others = ask(registry, Connections.MAX_PER_HOST + Connections.MAX_PENDING);
        await().atMost(LIMIT).until(() -> upstreams.connections("pending") == Connections.MAX_PENDING);

        assertThat(failure(registry, GET)).isInstanceOf(OverloadedException.class);

        others.dispose();
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

    private static Disposable ask(Registry registry, int times) {
        return Flux.range(0, times)
                .flatMap(i -> registry.send(GET, Upstreams::gather).onErrorComplete(), times)
                .subscribe();
    }

    private static RegistrySettings acquiringWithin(Duration acquire, URI origin) {
        Duration minute = Duration.ofMinutes(1);
        return new RegistrySettings(
                "test", origin, List.of(), Set.of(), new Timeouts(minute, minute, acquire, minute, minute));
    }
}
