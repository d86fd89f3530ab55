package io.sluice.gateway.upstream;

import static io.sluice.gateway.upstream.Upstreams.GET;
import static io.sluice.gateway.upstream.Upstreams.LIMIT;
import static io.sluice.gateway.upstream.Upstreams.MANIFEST;
import static io.sluice.gateway.upstream.Upstreams.SHORT;
import static io.sluice.gateway.upstream.Upstreams.anonymous;
import static io.sluice.gateway.upstream.Upstreams.failure;
import static io.sluice.gateway.upstream.Upstreams.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.gateway.error.CallRejectedException;
import io.sluice.gateway.error.CallRejectedException.Reason;
import io.sluice.gateway.error.ErrorAnswer;
import io.sluice.gateway.error.PullException;
import io.sluice.gateway.error.UpstreamUnreachableException;
import io.sluice.oci.OciError;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

/** Hosts that are down, and those beside them. */
class OutageTest {

    private final Upstreams upstreams = new Upstreams();
    private final AtomicInteger healthy = new AtomicInteger();

    @AfterEach
    void close() throws Exception {
        upstreams.close();
    }

    @Test
    @DisplayName(
            "U01: a host that refuses is 503 in less than a second, tried twice, and after five times not any more")
    void aHostThatRefusesIs503AtOnce() throws Exception {
        Registry registry = upstreams.open(anonymous(closedPort()));

        for (int i = 0; i < Guard.AT_LEAST; i++) {
            long start = System.nanoTime();
            assertThat(answerTo(failure(registry, GET)).status()).isEqualTo(503);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
        }
        long tried = upstreams.requests("refused");
        ErrorAnswer answer = answerTo(failure(registry, GET));

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.headers()).containsEntry("Retry-After", "5");
        assertThat(tried).isBetween(Guard.AT_LEAST + 1L, 2L * Guard.AT_LEAST);
        assertThat(upstreams.requests("refused")).isEqualTo(tried);
        assertThat(upstreams.count("sluice.upstream.rejections", "breaker_open"))
                .isEqualTo(1);
        assertThat(upstreams.breakers("open")).isEqualTo(1);
    }

    @Test
    @DisplayName("U03: a host that does not answer a connect is 503 when the time for it is over")
    void aHostThatDropsPacketsIs503() throws Exception {
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            List<SocketChannel> others = fill(full);
            Registry registry = upstreams.open(new RegistrySettings(
                    "test",
                    URI.create("http://registry.example.com:" + full.getLocalPort()),
                    List.of(),
                    Set.of(),
                    SHORT.with(Duration.ofMillis(300), SHORT.firstHeader(), SHORT.read())));
            long start = System.nanoTime();

            Throwable failure = failure(registry, GET);

            assertThat(failure)
                    .isInstanceOfSatisfying(
                            UpstreamUnreachableException.class,
                            unreachable -> assertThat(unreachable.reason())
                                    .isEqualTo(UpstreamUnreachableException.Reason.CONNECT_TIMEOUT));
            assertThat(answerTo(failure).status()).isEqualTo(503);
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isBetween(Duration.ofMillis(250), Duration.ofSeconds(3));
            for (SocketChannel other : others) {
                other.close();
            }
        }
    }

    /** Connects until the kernel drops what comes, which it does when nobody accepts. */
    private static List<SocketChannel> fill(ServerSocket server) throws IOException {
        List<SocketChannel> channels = new ArrayList<>();
        InetSocketAddress address = new InetSocketAddress(server.getInetAddress(), server.getLocalPort());
        for (int i = 0; i < 4; i++) {
            SocketChannel channel = SocketChannel.open();
            channel.configureBlocking(false);
            channel.connect(address);
            channels.add(channel);
        }
        return channels;
    }

    @Test
    @DisplayName(
            "U35: beside an upstream that is a black hole the other's p99 is what it was, and soon nobody waits for it")
    void besideABlackHoleTheOthersP99IsWhatItWas() throws Exception {
        RawServer hole = upstreams.http((request, reply) -> {});
        RawServer server = upstreams.http((request, reply) -> reply.send(200, "x"));
        Registry silent = upstreams.open(waitingFor(Duration.ofSeconds(1), hole.at("registry.example.com")));
        Registry healthyOne = upstreams.open(anonymous(server.at("other.example.org")));
        p99(healthyOne);
        Duration alone = p99(healthyOne);

        Disposable crowd = Flux.range(0, 200)
                .flatMap(i -> silent.send(GET, Upstreams::gather).onErrorComplete(), 200)
                .subscribe();
        await().atMost(LIMIT).until(() -> hole.connections() >= 50);
        Duration beside = p99(healthyOne);

        assertThat(beside)
                .as("alone it was %s", alone)
                .isLessThan(alone.multipliedBy(3).plus(Duration.ofMillis(300)));
        await().atMost(LIMIT).until(crowd::isDisposed);
        int before = hole.requests().size();
        long start = System.nanoTime();
        assertThat(failure(silent, MANIFEST))
                .isInstanceOfSatisfying(
                        CallRejectedException.class,
                        rejected -> assertThat(rejected.reason()).isEqualTo(Reason.BREAKER_OPEN));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(500));
        assertThat(hole.requests()).hasSize(before);
        upstreams.awaitReleased();
    }

    private static RegistrySettings waitingFor(Duration firstHeader, URI origin) {
        return new RegistrySettings(
                "test", origin, List.of(), Set.of(), SHORT.with(SHORT.connect(), firstHeader, SHORT.read()));
    }

    private static Duration p99(Registry registry) {
        List<Long> times = Flux.range(0, 300)
                .concatMap(i -> {
                    long start = System.nanoTime();
                    return registry.send(MANIFEST, Upstreams::gather).map(text -> System.nanoTime() - start);
                })
                .sort()
                .collectList()
                .blockOptional(LIMIT)
                .orElseThrow();
        return Duration.ofNanos(times.get(times.size() * 99 / 100));
    }

    @Test
    @DisplayName("U23: a breaker closes again when a probe is answered, and one probe at a time goes out")
    void aBreakerClosesAgainWhenAProbeIsAnswered() throws Exception {
        CountDownLatch othersRejected = new CountDownLatch(19);
        RawServer server = upstreams.http((request, reply) -> {
            if (healthy.get() == 0) {
                reply.send(500, "sorry", "Retry-After: 9");
            } else {
                othersRejected.await(LIMIT.toSeconds(), TimeUnit.SECONDS);
                reply.send(200, "x");
            }
        });
        Registry registry = upstreams.open(anonymous(server.at("registry.example.com")));
        for (int i = 0; i < Guard.AT_LEAST; i++) {
            failure(registry, GET);
        }
        assertThat(failure(registry, GET)).isInstanceOf(CallRejectedException.class);
        healthy.set(1);
        upstreams.pass(Guard.OPEN_FIRST.plusMillis(1));

        Long answered = Flux.range(0, 20)
                .flatMap(
                        i -> registry.send(GET, Upstreams::gather)
                                .doOnError(rejected -> othersRejected.countDown())
                                .onErrorComplete(),
                        20)
                .count()
                .block(LIMIT);

        assertThat(answered).isEqualTo(1);
        assertThat(text(registry, GET)).isEqualTo("x");
        assertThat(upstreams.breakers("closed")).isEqualTo(1);
    }

    @Test
    @DisplayName("U23: what a CDN does not answer is not held against the registry")
    void whatACdnDoesNotAnswerIsNotHeldAgainstTheRegistry() throws Exception {
        URI cdn = closedPort();
        URI gone = URI.create("http://cdn.example.net:" + cdn.getPort());
        RawServer server = upstreams.http((request, reply) -> {
            if (request.target().contains("/manifests/")) {
                reply.send(200, "manifest");
            } else {
                reply.send(307, "", "Location: " + gone + "/x");
            }
        });
        Registry registry = upstreams.open(anonymous(server.at("registry.example.com"), gone));
        for (int i = 0; i < 2 * Guard.AT_LEAST; i++) {
            failure(registry, GET);
        }

        assertThat(failure(registry, GET))
                .isInstanceOf(CallRejectedException.class)
                .hasMessageContaining("cdn.example.net");
        assertThat(text(registry, MANIFEST)).isEqualTo("manifest");
        assertThat(upstreams.breakers("open")).isEqualTo(1);
        assertThat(upstreams.breakers("closed")).isEqualTo(1);
    }

    @Test
    @DisplayName("G11: callers who leave say nothing of the host")
    void callersWhoLeaveSayNothingOfTheHost() throws Exception {
        RawServer server = upstreams.http((request, reply) -> {
            if (healthy.get() > 0) {
                reply.send(200, "x");
            }
        });
        Registry registry = upstreams.open(anonymous(server.at("registry.example.com")));

        Disposable leaving = Flux.range(0, 50)
                .flatMap(i -> registry.send(GET, Upstreams::gather).onErrorComplete(), 50)
                .subscribe();
        await().atMost(LIMIT).until(() -> !server.requests().isEmpty());
        leaving.dispose();
        upstreams.awaitReleased();

        assertThat(upstreams.breakers("closed")).isEqualTo(1);
        healthy.set(1);
        assertThat(text(registry, GET)).isEqualTo("x");
    }

    private static URI closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return URI.create("http://registry.example.com:" + socket.getLocalPort());
        }
    }

    private static ErrorAnswer answerTo(Throwable failure) {
        return ErrorAnswer.of((PullException) failure, OciError.Code.BLOB_UNKNOWN);
    }
}
