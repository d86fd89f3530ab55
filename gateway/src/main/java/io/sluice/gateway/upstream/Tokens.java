package io.sluice.gateway.upstream;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import io.sluice.gateway.error.PullException;
import io.sluice.gateway.error.UpstreamCredentialsException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/**
 * The tokens that are held, one call for all who wait for the same one (U15), here and in other replicas.
 *
 * <p>A token leaves before it expires. A failure is shared by all who waited for it here, and is held for a second, so that
 * a storm of pulls does not become one at a token endpoint that is down (U18). Time is a monotonic clock's.
 */
final class Tokens {

    private static final int MAX_TOKENS = 10_000;
    private static final Duration SMALLEST_MARGIN = Duration.ofSeconds(5);
    private static final int MARGIN_DIVISOR = 10;
    private static final Duration FAILURE_LIFETIME = Duration.ofSeconds(1);

    private final AsyncCache<TokenKey, Outcome> outcomes;

    /** The last token for a key that was not accepted: nothing older is taken from another replica either. */
    private final Cache<TokenKey, Rejected> rejections;

    private final Ticker ticker;
    private final SharedTokens shared;
    private final Function<TokenKey, TokenName> names;

    /**
     * @param shared the tokens of all replicas
     * @param names what a token is called there
     */
    Tokens(Ticker ticker, SharedTokens shared, Function<TokenKey, TokenName> names) {
        this.ticker = ticker;
        this.shared = shared;
        this.names = names;
        this.outcomes = Caffeine.newBuilder()
                .maximumSize(MAX_TOKENS)
                .expireAfter(Expiry.<TokenKey, Outcome>creating((key, outcome) -> outcome.lifetime()))
                .ticker(ticker)
                .executor(Runnable::run)
                .buildAsync();
        this.rejections = Caffeine.newBuilder()
                .maximumSize(MAX_TOKENS)
                .expireAfterWrite(TokenAnswer.LONGEST_LIFETIME)
                .ticker(ticker)
                .executor(Runnable::run)
                .build();
    }

    /**
     * The token for a key: held, on its way, another replica's, or fetched.
     *
     * @param fetch fetches it; goes on when its first caller leaves
     * @return it, as it is sent; fails with {@link UpstreamCredentialsException}, or as {@code fetch} does
     */
    Mono<Authorization> get(TokenKey key, Function<TokenKey, Mono<TokenAnswer>> fetch) {
        return Mono.defer(() -> Mono.fromFuture(outcomes.get(key, (wanted, executor) -> begin(wanted, fetch)), true))
                .map(Outcome::orThrow);
    }

    /** Forgets a token that was not accepted, here and for all replicas, unless another has taken its place. */
    Mono<Void> forget(TokenKey key, Authorization rejected) {
        CompletableFuture<Outcome> held = outcomes.getIfPresent(key);
        if (held == null) {
            return reject(key, new Rejected(rejected, ticker.read() - TokenAnswer.LONGEST_LIFETIME.toNanos()));
        }
        boolean same = held.isDone()
                && held.getNow(null) instanceof Granted granted
                && granted.authorization().equals(rejected);
        if (!same) {
            return Mono.empty();
        }
        Granted granted = (Granted) held.join();
        Mono<Void> done = reject(key, new Rejected(rejected, granted.gotAt()));
        outcomes.asMap().remove(key, held);
        return done;
    }

    /** Is noted before anybody can look for another one. */
    private Mono<Void> reject(TokenKey key, Rejected rejected) {
        rejections.put(key, rejected);
        return shared.forget(names.apply(key), rejected.authorization().token());
    }

    private CompletableFuture<Outcome> begin(TokenKey key, Function<TokenKey, Mono<TokenAnswer>> fetch) {
        return shared.get(
                        names.apply(key),
                        token -> isGood(key, token),
                        () -> fetch.apply(key).map(Tokens::usable))
                .<Outcome>map(this::granted)
                .onErrorResume(PullException.class, failure -> Mono.just(new Failed(failure)))
                .toFuture()
                .thenApply(Objects::requireNonNull);
    }

    private static SharedToken usable(TokenAnswer answer) {
        Duration tenth = answer.lifetime().dividedBy(MARGIN_DIVISOR);
        Duration margin = tenth.compareTo(SMALLEST_MARGIN) > 0 ? tenth : SMALLEST_MARGIN;
        Duration usable = answer.lifetime().minus(margin);
        return new SharedToken(answer.token(), usable.isNegative() ? Duration.ZERO : usable, Duration.ZERO);
    }

    private Granted granted(SharedToken token) {
        return new Granted(Authorization.bearer(token.token()), token.usableFor(), gotAt(token));
    }

    private long gotAt(SharedToken token) {
        return ticker.read() - token.age().toNanos();
    }

    /** A no from the registry only counts with a token that is not older than one that it has refused (T12). */
    private boolean isGood(TokenKey key, SharedToken token) {
        Rejected before = rejections.getIfPresent(key);
        return before == null
                || (!before.authorization().equals(Authorization.bearer(token.token()))
                        && gotAt(token) - before.gotAt() >= 0);
    }

    /** A token that was not accepted, and when the token endpoint had given it. */
    private record Rejected(Authorization authorization, long gotAt) {}

    /** How a call of the token endpoint ended. */
    private sealed interface Outcome {

        Duration lifetime();

        Authorization orThrow();
    }

    private record Granted(Authorization authorization, Duration lifetime, long gotAt) implements Outcome {

        @Override
        public Authorization orThrow() {
            return authorization;
        }

        @Override
        public String toString() {
            return "Granted[" + lifetime + "]";
        }
    }

    private record Failed(PullException failure) implements Outcome {

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
