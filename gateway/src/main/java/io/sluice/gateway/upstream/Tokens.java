package io.sluice.gateway.upstream;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import io.sluice.gateway.error.UpstreamCredentialsException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/**
 * The tokens that are held, one call for all who wait for the same one (U15).
 *
 * <p>A token leaves before it expires. A failure is shared by all who waited for it, and is held for a second, so that a
 * storm of pulls does not become one at a token endpoint that is down (U18). Time is a monotonic clock's.
 */
final class Tokens {

    private static final int MAX_TOKENS = 10_000;
    private static final Duration SMALLEST_MARGIN = Duration.ofSeconds(5);
    private static final int MARGIN_DIVISOR = 10;
    private static final Duration FAILURE_LIFETIME = Duration.ofSeconds(1);

    private final AsyncCache<TokenKey, Outcome> outcomes;

    Tokens(Ticker ticker) {
        this.outcomes = Caffeine.newBuilder()
                .maximumSize(MAX_TOKENS)
                .expireAfter(Expiry.<TokenKey, Outcome>creating((key, outcome) -> outcome.lifetime()))
                .ticker(ticker)
                .executor(Runnable::run)
                .buildAsync();
    }

    /**
     * The token for a key: held, on its way, or fetched.
     *
     * @param fetch fetches it; goes on when its first caller leaves
     * @return it, as it is sent; fails with {@link UpstreamCredentialsException}
     */
    Mono<Authorization> get(TokenKey key, Function<TokenKey, Mono<TokenAnswer>> fetch) {
        return Mono.defer(() -> Mono.fromFuture(outcomes.get(key, (wanted, executor) -> begin(wanted, fetch)), true))
                .map(Outcome::orThrow);
    }

    /** Forgets a token that was not accepted, unless another has taken its place. */
    void forget(TokenKey key, Authorization rejected) {
        CompletableFuture<Outcome> held = outcomes.getIfPresent(key);
        boolean same = held != null
                && held.isDone()
                && held.getNow(null) instanceof Granted granted
                && granted.authorization().equals(rejected);
        if (same) {
            outcomes.asMap().remove(key, held);
        }
    }

    private static CompletableFuture<Outcome> begin(TokenKey key, Function<TokenKey, Mono<TokenAnswer>> fetch) {
        return fetch.apply(key)
                .<Outcome>map(Tokens::granted)
                .onErrorResume(UpstreamCredentialsException.class, failure -> Mono.just(new Failed(failure)))
                .toFuture()
                .thenApply(Objects::requireNonNull);
    }

    private static Granted granted(TokenAnswer answer) {
        Duration tenth = answer.lifetime().dividedBy(MARGIN_DIVISOR);
        Duration margin = tenth.compareTo(SMALLEST_MARGIN) > 0 ? tenth : SMALLEST_MARGIN;
        Duration usable = answer.lifetime().minus(margin);
        return new Granted(Authorization.bearer(answer.token()), usable.isNegative() ? Duration.ZERO : usable);
    }

    /** How a call of the token endpoint ended. */
    private sealed interface Outcome {

        Duration lifetime();

        Authorization orThrow();
    }

    private record Granted(Authorization authorization, Duration lifetime) implements Outcome {

        @Override
        public Authorization orThrow() {
            return authorization;
        }

        @Override
        public String toString() {
            return "Granted[" + lifetime + "]";
        }
    }

    private record Failed(UpstreamCredentialsException failure) implements Outcome {

        @Override
        public Duration lifetime() {
            return FAILURE_LIFETIME;
        }

        @Override
        public Authorization orThrow() {
            throw failure;
        }
    }
}
