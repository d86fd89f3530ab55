package io.sluice.gateway.upstream;

import static io.sluice.gateway.upstream.Upstreams.GET;
import static io.sluice.gateway.upstream.Upstreams.HEAD;
import static io.sluice.gateway.upstream.Upstreams.LIMIT;
import static io.sluice.gateway.upstream.Upstreams.anonymous;
import static io.sluice.gateway.upstream.Upstreams.failure;
import static io.sluice.gateway.upstream.Upstreams.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.error.UpstreamStatusException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

class RepeatedRequestTest {

    private final Upstreams upstreams = new Upstreams();
    private final AtomicInteger asked = new AtomicInteger();

    @AfterEach
    void close() throws Exception {
        upstreams.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 500, 502, 503, 504})
    @DisplayName("U21, U23: a host in trouble is asked once more, on another connection, and nobody notices")
    void aHostInTroubleIsAskedOnceMore(int status) throws Exception {
        RawServer server = upstreams.http((request, reply) -> {
            if (asked.getAndIncrement() == 0) {
                reply.send(status, "sorry");
            } else {
                reply.send(200, "blob");
            }
        });
        Registry registry = upstreams.open(anonymous(server.at("registry.example.com")));

        assertThat(text(registry, GET)).isEqualTo("blob");

        assertThat(server.requests()).extracting(RawServer.Request::connection).containsExactly(1, 2);
        assertThat(upstreams.count("sluice.upstream.retries", Integer.toString(status)))
                .isEqualTo(1);
    }

    @Test
    @DisplayName("U21, U23: it is asked twice and no more")
    void itIsAskedTwiceAndNoMore() throws Exception {
        RawServer server = upstreams.http((request, reply) -> reply.sendHead(503, 0));
        Registry registry = upstreams.open(anonymous(server.at("registry.example.com")));

        assertThat(failure(registry, HEAD))
                .isInstanceOfSatisfying(
                        UpstreamStatusException.class,
                        failure -> assertThat(failure.status()).isEqualTo(503));
        assertThat(server.requests()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"500|Retry-After: 30", "404|X: y", "429|X: y", "501|X: y", "400|X: y"})
    void whoSaysWhenToComeAgainOrWhatIsWrongIsNotAskedOnceMore(String answer) throws Exception {
        RawServer server = upstreams.http(
                (request, reply) -> reply.send(Integer.parseInt(answer.substring(0, 3)), "no", answer.substring(4)));
        Registry registry = upstreams.open(anonymous(server.at("registry.example.com")));

        failure(registry, GET);

        assertThat(server.requests()).hasSize(1);
    }

    @Test
    @DisplayName("U23: a host that fails every other time is asked a tenth more often, and no more")
    void aHostThatFlapsIsAskedATenthMoreOften() throws Exception {
        RawServer server = upstreams.http((request, reply) -> {
            if (asked.getAndIncrement() % 2 == 0) {
                reply.send(200, "blob");
            } else {
                reply.send(502, "sorry");
            }
        });
        Registry registry = upstreams.open(anonymous(server.at("registry.example.com")));

        Flux.range(0, 300)
                .flatMap(i -> registry.send(GET, Upstreams::gather).onErrorComplete(), 4)
                .blockLast(LIMIT);

        assertThat(server.requests()).hasSizeBetween(310, 335);
        assertThat(upstreams.count("sluice.upstream.retries", "502")).isBetween(10L, 35L);
        assertThat(upstreams.count("sluice.upstream.rejections", "retry_budget"))
                .isPositive();
    }

    @Test
    @DisplayName("G11: who leaves while a request waits to be repeated leaves nothing behind")
    void whoLeavesBeforeTheSecondTryLeavesNothingBehind() throws Exception {
        RawServer server = upstreams.http((request, reply) -> reply.send(503, "sorry"));
        Registry registry = upstreams.open(anonymous(server.at("registry.example.com")));

        registry.send(GET, Upstreams::gather)
                .onErrorComplete()
                .timeout(Duration.ofMillis(30), Mono.empty())
                .block(LIMIT);

        upstreams.awaitReleased();
        assertThat(server.requests()).hasSizeLessThanOrEqualTo(1);
    }
}
