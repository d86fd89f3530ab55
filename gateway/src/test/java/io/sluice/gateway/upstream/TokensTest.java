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

    private final AtomicLong nanoseconds = new AtomicLong();
    private final AtomicInteger fetched = new AtomicInteger();
    private final Tokens tokens =
            new Tokens(nanoseconds::get, SharedTokens.NONE, key -> TokenName.of("hub", key, Authorization.NONE));

    @ParameterizedTest
    @CsvSource({"300, 270", "60, 54", "20, 15", "6, 1"})
    @DisplayName("U15: a token is kept until a tenth of its life, at least 5 s, is left")
    void aTokenIsKeptUntilShortlyBeforeItExpires(long lifetime, long kept) {
        get(lifetime);
        pass(Duration.ofSeconds(kept).minusMillis(1));
        get(lifetime);
        assertThat(fetched).hasValue(1);

        pass(Duration.ofMillis(2));
        get(lifetime);
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
        pass(Duration.ofSeconds(54).minusMillis(1));
        token.block(LIMIT);
        assertThat(fetched).hasValue(1);
        pass(Duration.ofMillis(2));
        token.block(LIMIT);
        assertThat(fetched).hasValue(2);
    }

    @Test
    void aTokenThatIsTooShortToKeepIsUsedAtOnce() {
        assertThat(get(3)).isEqualTo(Authorization.bearer("1"));
        assertThat(get(3)).isEqualTo(Authorization.bearer("2"));
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
        get(300);
        tokens.forget(KEY, Authorization.bearer("another")).block(LIMIT);
        get(300);
        assertThat(fetched).hasValue(1);

        tokens.forget(KEY, Authorization.bearer("1")).block(LIMIT);
        get(300);
        assertThat(fetched).hasValue(2);
    }

    @Test
    @DisplayName("U18: a failure is shared for a second, then tried anew")
    void aFailureIsSharedForASecond() {
        assertThat(fail()).isEqualTo(fail());
        assertThat(fetched).hasValue(1);

        pass(Duration.ofMillis(1_001));
        assertThat(get(300)).isEqualTo(Authorization.bearer("2"));
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

    private Authorization get(long lifetime) {
        return tokens.get(
                        KEY,
                        key -> Mono.fromSupplier(() -> new TokenAnswer(
                                Integer.toString(fetched.incrementAndGet()), Duration.ofSeconds(lifetime))))
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
