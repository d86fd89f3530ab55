package io.sluice.gateway.upstream;

import static io.sluice.gateway.upstream.Upstreams.GET;
import static io.sluice.gateway.upstream.Upstreams.HEAD;
import static io.sluice.gateway.upstream.Upstreams.LIMIT;
import static io.sluice.gateway.upstream.Upstreams.MANIFEST;
import static io.sluice.gateway.upstream.Upstreams.PATH;
import static io.sluice.gateway.upstream.Upstreams.anonymous;
import static io.sluice.gateway.upstream.Upstreams.failure;
import static io.sluice.gateway.upstream.Upstreams.impatient;
import static io.sluice.gateway.upstream.Upstreams.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.netty.buffer.ByteBuf;
import io.sluice.gateway.error.UpstreamProtocolException;
import io.sluice.gateway.error.UpstreamStatusException;
import io.sluice.gateway.error.UpstreamTimeoutException;
import io.sluice.gateway.error.UpstreamUnreachableException;
import io.sluice.gateway.error.UpstreamUnreachableException.Reason;
import io.sluice.gateway.upstream.RegistryRequest.Method;
import io.sluice.gateway.upstream.RegistrySettings.Timeouts;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

class HttpRegistryTest {

    private final Upstreams upstreams = new Upstreams();

    @AfterEach
    void close() throws Exception {
        upstreams.close();
    }

    @Test
    @DisplayName("T31: a request carries what was asked for and nothing else")
    void aRequestCarriesWhatWasAskedForAndNothingElse() throws Exception {
        RawServer server = upstreams.http((request, reply) -> reply.send(206, "x", "Content-Range: bytes 0-0/9"));
        Registry registry = upstreams.open(anonymous(server.at("registry.example.com")));

        text(registry, RegistryRequest.blob(Method.GET, Upstreams.ALPINE, Upstreams.DIGEST, "bytes=0-0"));

        RawServer.Request request = server.requests().getFirst();
        assertThat(request.target()).isEqualTo(PATH);
        assertThat(request.headers())
                .containsOnlyKeys("host", "user-agent", "accept", "accept-encoding", "range", "via")
                .containsEntry("host", "registry.example.com:" + server.port())
                .containsEntry("accept-encoding", "identity")
                .containsEntry("range", "bytes=0-0");
        assertThat(request.header("user-agent")).startsWith("sluice/");
    }

    @Test
    void anotherAnswerThanASuccessIsAnErrorWithTheFactsInIt() throws Exception {
        RawServer server = upstreams.http((request, reply) -> reply.send(429, "slow down", "Retry-After: 7"));
        Registry registry = upstreams.open(anonymous(server.at("registry.example.com")));

        UpstreamStatusException failure = (UpstreamStatusException) failure(registry, GET);

        assertThat(failure).hasMessage("registry.example.com answered 429");
        assertThat(failure.status()).isEqualTo(429);
        assertThat(failure.retryAfter()).isEqualTo(Duration.ofSeconds(7));
        assertThat(upstreams.requests("429")).isEqualTo(1);
    }

    @Test
    void aRangeThatCannotBeSatisfiedSaysHowLongTheBlobIs() throws Exception {
        RawServer server = upstreams.http((request, reply) -> reply.send(416, "", "Content-Range: bytes */9"));
        Registry registry = upstreams.open(anonymous(server.at("registry.example.com")));

        UpstreamStatusException failure = (UpstreamStatusException)
                failure(registry, RegistryRequest.blob(Method.GET, Upstreams.ALPINE, Upstreams.DIGEST, "bytes=99-"));

        assertThat(failure.contentRange()).isEqualTo("bytes */9");
    }

    @Test
    void theConnectionIsKeptAfterAHeadAndAfterAnErrorThatIsReadWhole() throws Exception {
        RawServer server = upstreams.http((request, reply) -> {
            if (request.method().equals("HEAD")) {
                reply.sendHead(200, 5_000_000);
            } else {
                reply.send(404, "{}".repeat(10_000));
            }
        });
        Registry registry = upstreams.open(anonymous(server.at("registry.example.com")));

        assertThat(text(registry, HEAD)).isEmpty();
        upstreams.awaitReleased();
        failure(registry, MANIFEST);
        upstreams.awaitReleased();
        assertThat(text(registry, HEAD)).isEmpty();

        assertThat(server.connections()).isEqualTo(1);
        upstreams.awaitReleased();
    }

    @Test
    void aLongErrorIsNotReadToItsEnd() throws Exception {
        RawServer server = upstreams.http((request, reply) -> {
            reply.raw(RawServer.Reply.head(404) + "Content-Length: 100000000\r\n\r\n" + "x".repeat(100_000));
        });
        Registry registry = upstreams.open(anonymous(server.at("registry.example.com")));

        assertThat(failure(registry, GET)).isInstanceOf(UpstreamStatusException.class);

        upstreams.awaitReleased();
        assertThat(upstreams.connections("idle")).isZero();
    }

    @Test
    @DisplayName("U01: a closed port is reported at once, after one more try")
    void aClosedPortIsReportedAtOnce() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        Registry registry = upstreams.open(anonymous(URI.create("http://registry.example.com:" + port)));
        long start = System.nanoTime();

        assertUnreachable(failure(registry, GET), Reason.REFUSED);

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
        assertThat(upstreams.requests("refused")).isEqualTo(2);
    }

    @Test
    void aNameThatDoesNotExistIsReportedAsSuch() throws Exception {
        Registry registry = upstreams.open(anonymous(URI.create("http://nowhere.example.com")));

        assertUnreachable(failure(registry, GET), Reason.UNRESOLVED);
    }

    @Test
    @DisplayName("U05: a stall before the first header ends at the limit, is not repeated, and frees the connection")
    void aStallBeforeTheFirstHeaderEndsAtTheLimit() throws Exception {
        RawServer server = upstreams.http((request, reply) -> {});
        Registry registry = upstreams.open(impatient(server.at("registry.example.com")));

        assertThat(failure(registry, GET))
                .isInstanceOf(UpstreamTimeoutException.class)
                .hasMessage("registry.example.com did not give the first header within 300 ms");

        assertThat(server.requests()).hasSize(1);
        upstreams.awaitReleased();
    }

    @Test
    @DisplayName("U05: headers that drip in do not put the limit off")
    void headersThatDripInDoNotPutTheLimitOff() throws Exception {
        CountDownLatch gone = new CountDownLatch(1);
        RawServer server = upstreams.http((request, reply) -> {
            reply.raw("HTTP/1.1 200 OK\r\n");
            while (!gone.await(50, TimeUnit.MILLISECONDS)) {
                reply.raw("X-Drip: 1\r\n");
            }
        });
        Registry registry = upstreams.open(impatient(server.at("registry.example.com")));

        assertThat(failure(registry, GET)).isInstanceOf(UpstreamTimeoutException.class);
        gone.countDown();
    }

    @Test
    void aStallInTheBodyEndsAtTheLimit() throws Exception {
        RawServer server = upstreams.http(
                (request, reply) -> reply.raw(RawServer.Reply.head(200) + "Content-Length: 9\r\n\r\nabc"));
        Registry registry = upstreams.open(impatient(server.at("registry.example.com")));

        assertThat(failure(registry, GET))
                .isInstanceOf(UpstreamTimeoutException.class)
                .hasMessage("registry.example.com did not give more of the body within 300 ms");
        upstreams.awaitReleased();
    }

    @Test
    void aReaderThatTakesLongerThanTheLimitIsNotTheUpstreamsFault() throws Exception {
        RawServer server = upstreams.http((request, reply) -> reply.send(200, "x".repeat(400_000)));
        Duration minute = Duration.ofMinutes(1);
        Timeouts timeouts = new Timeouts(minute, minute, minute, minute, minute, Duration.ofMillis(400));
        Registry registry = upstreams.open(
                new RegistrySettings("test", server.at("registry.example.com"), List.of(), Set.of(), timeouts));

        Long bytes = registry.send(
                        GET,
                        (head, body) -> body.map(ByteBuf::readableBytes)
                                .limitRate(1)
                                .concatMap(length -> slowOnce().thenReturn((long) length), 1)
                                .reduce(0L, Long::sum))
                .block(LIMIT);

        assertThat(bytes).isEqualTo(400_000);
    }

    private final AtomicInteger slowed = new AtomicInteger();

    private Mono<Long> slowOnce() {
        return slowed.getAndIncrement() == 0 ? Mono.delay(Duration.ofMillis(1_200)) : Mono.just(0L);
    }

    @Test
    void aBodyThatEndsBeforeItsLengthIsAnError() throws Exception {
        RawServer server = upstreams.http((request, reply) -> {
            reply.raw(RawServer.Reply.head(200) + "Content-Length: 9\r\n\r\nabc");
            reply.close();
        });
        Registry registry = upstreams.open(anonymous(server.at("registry.example.com")));

        assertUnreachable(failure(registry, GET), Reason.BROKEN);
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void aBodyThatIsResetIsAnError() throws Exception {
        RawServer server = upstreams.http((request, reply) -> {
            reply.raw(RawServer.Reply.head(200) + "Content-Length: 9\r\n\r\nabc");
            reply.reset();
        });
        Registry registry = upstreams.open(anonymous(server.at("registry.example.com")));

        assertThat(failure(registry, GET)).isInstanceOf(UpstreamUnreachableException.class);
    }

    @Test
    void aChunkedBodyWithoutItsLastChunkIsAnError() throws Exception {
        RawServer server = upstreams.http((request, reply) -> {
            reply.raw(RawServer.Reply.head(200) + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
            reply.close();
        });
        Registry registry = upstreams.open(anonymous(server.at("registry.example.com")));

        assertUnreachable(failure(registry, GET), Reason.BROKEN);
    }

    @Test
    void aChunkSizeThatIsNoNumberIsAnError() throws Exception {
        RawServer server = upstreams.http((request, reply) ->
                reply.raw(RawServer.Reply.head(200) + "Transfer-Encoding: chunked\r\n\r\nxyz\r\nabc\r\n"));
        Registry registry = upstreams.open(anonymous(server.at("registry.example.com")));

        assertThat(failure(registry, GET)).isInstanceOf(UpstreamProtocolException.class);
    }

    @Test
    @DisplayName("U13: an answer in a content encoding is asked for once more, on another connection")
    void anEncodedAnswerIsAskedForOnceMore() throws Exception {
        AtomicInteger count = new AtomicInteger();
        RawServer server = upstreams.http((request, reply) -> {
            if (count.getAndIncrement() == 0) {
                reply.send(200, "zipped", "Content-Encoding: gzip");
            } else {
                reply.send(200, "plain");
            }
        });
        Registry registry = upstreams.open(anonymous(server.at("registry.example.com")));

        assertThat(text(registry, GET)).isEqualTo("plain");

        assertThat(server.requests()).extracting(RawServer.Request::connection).containsExactly(1, 2);
    }

    @Test
    @DisplayName("U13: an answer that stays encoded is refused")
    void anAnswerThatStaysEncodedIsRefused() throws Exception {
        RawServer server = upstreams.http((request, reply) -> reply.send(200, "zipped", "Content-Encoding: zstd"));
        Registry registry = upstreams.open(anonymous(server.at("registry.example.com")));

        assertThat(failure(registry, GET)).isInstanceOf(UpstreamProtocolException.class);
        assertThat(server.requests()).hasSize(2);
    }

    @Test
    @DisplayName("U28: kept connections that break as a request is sent cost a second try and no error")
    void keptConnectionsThatBreakAsARequestIsSentCostNoError() throws Exception {
        CountDownLatch eight = new CountDownLatch(8);
        RawServer server = upstreams.http((request, reply) -> {
            if (seen.add(request.connection())) {
                eight.countDown();
                eight.await();
                reply.send(200, "ok");
            } else {
                reply.reset();
            }
        });
        Registry registry = upstreams.open(anonymous(server.at("registry.example.com")));
        Flux.range(0, 8).flatMap(i -> registry.send(GET, Upstreams::gather), 8).blockLast(LIMIT);
        upstreams.awaitReleased();

        for (int i = 0; i < 8; i++) {
            assertThat(text(registry, GET)).isEqualTo("ok");
        }
        assertThat(upstreams.requests("broken")).isEqualTo(8);
    }

    private final Set<Integer> seen = ConcurrentHashMap.newKeySet();

    @Test
    @DisplayName("U28: a request that breaks twice is not sent a third time")
    void aRequestThatBreaksTwiceIsNotSentAThirdTime() throws Exception {
        RawServer server = upstreams.http((request, reply) -> reply.close());
        Registry registry = upstreams.open(anonymous(server.at("registry.example.com")));

        assertUnreachable(failure(registry, GET), Reason.BROKEN);
        assertThat(server.requests()).hasSize(2);
    }

    @Test
    @DisplayName("U29: interim answers are passed over and never paired with the next request")
    void interimAnswersArePassedOver() throws Exception {
        RawServer server = upstreams.http((request, reply) -> {
            reply.raw("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n");
            reply.raw("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n");
            reply.send(200, "answer to " + request.method());
        });
        Registry registry = upstreams.open(anonymous(server.at("registry.example.com")));

        for (int i = 0; i < 3; i++) {
            assertThat(text(registry, GET)).isEqualTo("answer to GET");
            upstreams.awaitReleased();
        }
        assertThat(server.connections()).isEqualTo(1);
    }

    @Test
    @DisplayName("U30: a part of what was asked for whole is refused")
    void aPartOfWhatWasAskedForWholeIsRefused() throws Exception {
        RawServer server = upstreams.http((request, reply) -> reply.send(206, "x", "Content-Range: bytes 0-0/9"));
        Registry registry = upstreams.open(anonymous(server.at("registry.example.com")));

        assertThat(failure(registry, GET)).isInstanceOf(UpstreamProtocolException.class);
    }

    @Test
    void headersBeyondTheLimitAreRefused() throws Exception {
        RawServer server = upstreams.http((request, reply) -> reply.send(200, "x", "X-Long: " + "y".repeat(40_000)));
        Registry registry = upstreams.open(anonymous(server.at("registry.example.com")));

        assertThat(failure(registry, GET)).isInstanceOf(UpstreamProtocolException.class);
    }

    @Test
    void whatTheUpstreamSaysIsLeftOfItsRateLimitIsShown() throws Exception {
        RawServer server = upstreams.http((request, reply) -> reply.send(200, "x", "ratelimit-remaining: 76;w=21600"));
        Registry registry = upstreams.open(anonymous(server.at("registry.example.com")));

        text(registry, GET);

        assertThat(upstreams.gauge("sluice.upstream.ratelimit.remaining")).isEqualTo(76);
    }

    @Test
    void anErrorOfTheReaderIsPassedOnAsItIs() throws Exception {
        RawServer server = upstreams.http((request, reply) -> reply.send(200, "x"));
        Registry registry = upstreams.open(anonymous(server.at("registry.example.com")));
        IllegalStateException own = new IllegalStateException("the reader's own");

        Throwable failure = registry.send(GET, (head, body) -> Mono.<String>error(own))
                .map(text -> (Throwable) new AssertionError(text))
                .onErrorResume(Mono::just)
                .block(LIMIT);

        assertThat(failure).isSameAs(own);
        upstreams.awaitReleased();
    }

    @Test
    void whatAReaderLeavesOfTheBodyClosesTheConnection() throws Exception {
        RawServer server = upstreams.http((request, reply) ->
                reply.raw(RawServer.Reply.head(200) + "Content-Length: 100000000\r\n\r\n" + "x".repeat(100_000)));
        Registry registry = upstreams.open(anonymous(server.at("registry.example.com")));

        assertThat(registry.send(GET, (head, body) -> body.next().map(ByteBuf::readableBytes))
                        .block(LIMIT))
                .isPositive();
        assertThat(registry.send(GET, (head, body) -> Mono.just(head.contentLength()))
                        .block(LIMIT))
                .isEqualTo(100_000_000);

        upstreams.awaitReleased();
        assertThat(upstreams.connections("idle")).isZero();
    }

    @Test
    void theNamesOfThisMachineAreResolved() throws Exception {
        RawServer server = upstreams.http((request, reply) -> reply.send(200, "x"));
        Registry registry = upstreams.openOnThisMachine(anonymous(server.at("localhost")));

        assertThat(text(registry, GET)).isEqualTo("x");
    }

    @Test
    void aReaderMayMakeNothingOfAnAnswer() throws Exception {
        RawServer server = upstreams.http((request, reply) -> reply.send(200, "x"));
        Registry registry = upstreams.open(anonymous(server.at("registry.example.com")));

        assertThat(registry.send(
                                GET,
                                (head, body) ->
                                        body.<String>thenMany(Mono.empty()).next())
                        .blockOptional(LIMIT))
                .isEmpty();
    }

    private static void assertUnreachable(Throwable failure, Reason reason) {
        assertThat(failure)
                .asInstanceOf(type(UpstreamUnreachableException.class))
                .extracting(UpstreamUnreachableException::reason)
                .isEqualTo(reason);
    }
}
