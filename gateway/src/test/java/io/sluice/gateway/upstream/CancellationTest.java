package io.sluice.gateway.upstream;

import static io.sluice.gateway.upstream.Upstreams.GET;
import static io.sluice.gateway.upstream.Upstreams.LIMIT;
import static io.sluice.gateway.upstream.Upstreams.anonymous;
import static io.sluice.gateway.upstream.Upstreams.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

class CancellationTest {

    private static final String BLOB = "x".repeat(200_000);
    private static final int AT_ONCE = 20;
    private static final int CALLERS = 10_000;

    private final Upstreams upstreams = new Upstreams();

    @AfterEach
    void close() throws Exception {
        upstreams.close();
    }

    @Test
    @DisplayName(
            "G11: after 10,000 callers left at random points no connection is in use and the next request is answered")
    void afterCallersLeftAtRandomPointsNoConnectionIsInUse() throws Exception {
        RawServer cdn = upstreams.http((request, reply) -> reply.send(200, BLOB));
        RawServer server = upstreams.http(
                (request, reply) -> reply.send(307, "moved", "Location: " + cdn.at("cdn.example.net") + "/x"));
        Registry registry = upstreams.open(anonymous(server.at("registry.example.com"), cdn.at("cdn.example.net")));
        Random random = new Random(7);
        int usual = microsecondsOfARequest(registry);

        Long stayed = Flux.range(0, CALLERS)
                .flatMap(i -> leave(registry, random.nextInt(2 * usual)), AT_ONCE)
                .count()
                .block(LIMIT.multipliedBy(3));

        upstreams.awaitReleased();
        assertThat(stayed).isBetween(1L, CALLERS - 1L);
        assertThat(upstreams.requests("cancelled")).isPositive();
        assertThat(text(registry, GET)).isEqualTo(BLOB);
    }

    /** How long a request takes while others are under way, so that callers leave at every point of one. */
    private static int microsecondsOfARequest(Registry registry) {
        Flux.range(0, 100)
                .flatMap(i -> registry.send(GET, Upstreams::gather), AT_ONCE)
                .blockLast(LIMIT.multipliedBy(3));
        long start = System.nanoTime();
        Flux.range(0, 100)
                .flatMap(i -> registry.send(GET, Upstreams::gather), AT_ONCE)
                .blockLast(LIMIT.multipliedBy(3));
        return Math.toIntExact((System.nanoTime() - start) / 1_000 * AT_ONCE / 100);
    }

    private static Mono<Long> leave(Registry registry, int microseconds) {
        return registry.send(GET, Upstreams::gather)
                .map(text -> (long) text.length())
                .takeUntilOther(Mono.delay(Duration.ofNanos(microseconds * 1_000L)));
    }
}
