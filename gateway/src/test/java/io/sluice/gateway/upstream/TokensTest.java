package io.sluice.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.error.UpstreamCredentialsException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

class TokensTest {

    private static final TokenKey KEY = new TokenKey(URI.create("https://auth.example.com/t"), null, "scope");
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final Duration LIFETIME = Duration.ofMinutes(5);
    private static final Duration MARGIN = LIFETIME.dividedBy(10);

    /** When a third is left of the time for which a token is used. */
    private static final Duration DUE = Duration.ofMinutes(3);

    private final AtomicLong nanoseconds = new AtomicLong();
    private final AtomicInteger fetched = new AtomicInteger();
    private final Tokens tokens = tokens(SharedTokens.NONE);

    @ParameterizedTest
    @CsvSource({"300, 270", "60, 54", "20, 15", "6, 1"})
    @DisplayName("U15: a token is kept until a tenth of its life, at least 5 s, is left")
    void aTokenIsKeptUntilShortlyBeforeItExpires(long seconds, long kept) {
        Duration lifetime = Duration.ofSeconds(seconds);
        get(tokens, lifetime);
        pass(Duration.ofSeconds(kept).minusMillis(1));
        assertThat(get(tokens, lifetime)).isEqualTo(Authorization.bearer("1"));

        Tokens unasked = tokens(SharedTokens.NONE);
        get(unasked, lifetime);
        pass(Duration.ofSeconds(kept).plusMillis(1));
        int before = fetched.get();
        assertThat(get(unasked, lifetime)).isEqualTo(Authorization.bearer(Integer.toString(before + 1)));
    }

    @Test
    @DisplayName(
            "U15: the next token is fetched while a third of the one that is held is left, and nobody waits for it")
    void theNextTokenIsFetchedAhead() {
        Sinks.One<TokenAnswer> endpoint = Sinks.one();
        get();
        pass(DUE.minusMillis(1));
        get();
        assertThat(fetched).hasValue(1);

        pass(Duration.ofMillis(1));
        Mono<Authorization> token = tokens.get(KEY, key -> endpoint.asMono());
        assertThat(token.block(LIMIT)).isEqualTo(Authorization.bearer("1"));
        assertThat(get()).isEqualTo(Authorization.bearer("1"));
        assertThat(fetched).hasValue(1);

        endpoint.tryEmitValue(new TokenAnswer("next", LIFETIME));
        assertThat(get()).isEqualTo(Authorization.bearer("next"));
        pass(DUE.minusMillis(1));
        assertThat(get()).isEqualTo(Authorization.bearer("next"));
        assertThat(fetched).hasValue(1);
    }

    @Test
    @DisplayName(
            "U18: where the next token does not come, the one that is held is used on, and the endpoint left alone for 10 s")
    void aTokenEndpointThatIsDownIsNotAskedByEveryPull() {
        get();
        pass(DUE);
        assertThat(fail()).hasMessage("a token");
        assertThat(fetched).hasValue(2);

        pass(Duration.ofSeconds(10).minusMillis(1));
        assertThat(fail()).hasMessage("a token");
        assertThat(fetched).hasValue(2);

        pass(Duration.ofMillis(1));
        assertThat(fail()).hasMessage("a token");
        assertThat(fetched).hasValue(3);

        pass(Duration.ofSeconds(80));
        assertThat(fail()).isInstanceOf(UpstreamCredentialsException.class);
    }

    @Test
    @DisplayName(
            "T12: a token that is rejected while the next one is on its way is forgotten, and so is what comes then")
    void aTokenThatIsRejectedWhileTheNextIsOnItsWayIsForgotten() {
        Sinks.One<TokenAnswer> endpoint = Sinks.one();
        get();
        pass(DUE);
        tokens.get(KEY, key -> endpoint.asMono()).block(LIMIT);

        tokens.forget(KEY, Authorization.bearer("1")).block(LIMIT);
        assertThat(get()).isEqualTo(Authorization.bearer("2"));
        endpoint.tryEmitValue(new TokenAnswer("late", LIFETIME));
        assertThat(get()).isEqualTo(Authorization.bearer("2"));
    }

    @Test
    @DisplayName("U15: what another replica has fetched ahead is taken, and not what it holds from before")
    void theNextTokenOfAnotherReplicaIsTaken() {
        FakeSharedTokens there = new FakeSharedTokens();
        Tokens replica = tokens(there);
        get(replica, LIFETIME);
        pass(DUE);
        there.replaceAll(new SharedToken("1", LIFETIME.minus(MARGIN).minus(DUE), DUE));
        get(replica, LIFETIME);
        assertThat(get(replica, LIFETIME)).isEqualTo(Authorization.bearer("2"));
        assertThat(fetched).hasValue(2);

        pass(DUE);
        there.replaceAll(new SharedToken("another's", Duration.ofSeconds(200), Duration.ofSeconds(70)));
        get(replica, LIFETIME);
        assertThat(get(replica, LIFETIME)).isEqualTo(Authorization.bearer("another's"));
        assertThat(fetched).hasValue(2);
    }

    @Test
    @DisplayName(
            "U34: a token of an endpoint whose clock is wrong, and which does not say for how long, is kept for its 60 s")
    void theClockOfAnEndpointIsNotAsked() {
        TokenAnswer answer = parse("{\"token\":\"t\",\"issued_at\":\"1999-01-01T00:00:00Z\"}");
        assertThat(answer)
                .isEqualTo(parse("{\"token\":\"t\"}"))
                .isEqualTo(new TokenAnswer("t", Duration.ofSeconds(60)));
        Mono<Authorization> token = tokens.get(
                KEY,
                key -> Mono.fromSupplier(() -> {
                    fetched.incrementAndGet();
                    return new TokenAnswer("t", Duration.ofSeconds(60));
                }));

        token.block(LIMIT);
        pass(Duration.ofSeconds(36).minusMillis(1));
        token.block(LIMIT);
        assertThat(fetched).hasValue(1);
        pass(Duration.ofSeconds(18).plusMillis(2));
        token.block(LIMIT);
        assertThat(fetched).hasValue(2);
    }

    @Test
    void aTokenThatIsTooShortToKeepIsUsedAtOnce() {
        assertThat(get(tokens, Duration.ofSeconds(3))).isEqualTo(Authorization.bearer("1"));
        assertThat(get(tokens, Duration.ofSeconds(3))).isEqualTo(Authorization.bearer("2"));
    }

    @Test
    void aFetchGoesOnWhenItsFirstCallerLeaves() {
        Sinks.One<TokenAnswer> endpoint = Sinks.one();
        Disposable first = tokens.get(KEY, key -> endpoint.asMono()).subscribe();
        Mono<Authorization> second = tokens.get(KEY, key -> Mono.error(new AssertionError("fetched twice")));

        first.dispose();
        endpoint.tryEmitValue(new TokenAnswer("1", Duration.ofSeconds(60)));

        assertThat(second.block(LIMIT)).isEqualTo(Authorization.bearer("1"));
    }

    @Test
    void onlyTheTokenThatWasRejectedIsForgotten() {
        get();
        tokens.forget(KEY, Authorization.bearer("another")).block(LIMIT);
        get();
        assertThat(fetched).hasValue(1);

        tokens.forget(KEY, Authorization.bearer("1")).block(LIMIT);
        get();
        assertThat(fetched).hasValue(2);
    }

    @Test
    @DisplayName("U18: a failure is shared for a second, then tried anew")
    void aFailureIsSharedForASecond() {
        assertThat(fail()).isEqualTo(fail());
        assertThat(fetched).hasValue(1);

        pass(Duration.ofMillis(1_001));
        assertThat(get()).isEqualTo(Authorization.bearer("2"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"token\":\"a.b-c\"}",
                "{\"access_token\":\"a.b-c\",\"x\":{\"token\":\"no\"},\"y\":[1,{\"token\":\"no\"}]}",
                "{\"access_token\":\"other\",\"token\":\"a.b-c\",\"issued_at\":\"2026-01-01T00:00:00Z\"}",
                "{\"access_token\":\"a.b-c\",\"token\":{\"token\":\"no\",\"expires_in\":1}}",
                "{\"expires_in\":60,\"token\":\"a.b-c\"}",
                "{\"expires_in\":\"60\",\"token\":\"a.b-c\"}",
                "{\"expires_in\":null,\"token\":\"a.b-c\"}",
                "{\"expires_in\":\"soon\",\"token\":\"a.b-c\"}"
            })
    void anAnswerWithATokenIsRead(String json) {
        assertThat(parse(json)).isEqualTo(new TokenAnswer("a.b-c", Duration.ofSeconds(60)));
    }

    @Test
    void aLifetimeOutsideOfReasonIsCut() {
        assertThat(parse("{\"token\":\"t\",\"expires_in\":-5}")).isEqualTo(new TokenAnswer("t", Duration.ZERO));
        assertThat(parse("{\"token\":\"t\",\"expires_in\":999999999999}"))
                .isEqualTo(new TokenAnswer("t", Duration.ofDays(1)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "null",
                "{}",
                "{\"token\":",
                "{\"token\":\"\"}",
                "{\"token\":7}",
                "{\"token\":\"a\\r\\nX: b\"}",
                "{\"token\":\"a b\"}",
                "{\"expires_in\":99999999999999999999999,\"token\":{}}",
                "<html>"
            })
    void anAnswerWithoutATokenThatCanBeSentIsNone(String json) {
        assertThat(parse(json)).isNull();
    }

    private static @Nullable TokenAnswer parse(String json) {
        return TokenAnswer.parse(json.getBytes(StandardCharsets.UTF_8));
    }

    private Tokens tokens(SharedTokens shared) {
        return new Tokens(nanoseconds::get, shared, key -> TokenName.of("hub", key, Authorization.NONE));
    }

    private Authorization get() {
        return get(tokens, LIFETIME);
    }

    private Authorization get(Tokens asked, Duration lifetime) {
        return asked.get(
                        KEY,
                        key -> Mono.fromSupplier(
                                () -> new TokenAnswer(Integer.toString(fetched.incrementAndGet()), lifetime)))
                .blockOptional(LIMIT)
                .orElseThrow();
    }

    private Throwable fail() {
        return tokens.get(
                        KEY,
                        key -> Mono.error(() -> {
                            fetched.incrementAndGet();
                            return new UpstreamCredentialsException("down");
                        }))
                .<Throwable>map(token -> new AssertionError("a token"))
                .onErrorResume(Mono::just)
                .blockOptional(LIMIT)
                .orElseThrow();
    }

    private void pass(Duration time) {
        nanoseconds.addAndGet(time.toNanos());
    }
}
