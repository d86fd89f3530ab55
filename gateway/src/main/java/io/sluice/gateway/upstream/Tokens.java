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
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * The tokens that are held, one call for all who wait for the same one (U15), here and in other replicas.
 *
 * <p>A token leaves before it expires. Whoever takes one of which a third is left, or less, has the next one fetched
 * meanwhile: where pulls go on, none of them waits for a token endpoint. A failure is shared by all who waited for it
 * here, and is held for a second, so that a storm of pulls does not become one at a token endpoint that is down (U18).
 * Time is a monotonic clock's.
 */
final class Tokens {

    private static final int MAX_TOKENS = 10_000;
    private static final Duration SMALLEST_MARGIN = Duration.ofSeconds(5);
    private static final int MARGIN_DIVISOR = 10;
    private static final int RENEWAL_DIVISOR = 3;

    /** Between one attempt to fetch the next token and another one. */
    private static final Duration RENEWAL_PAUSE = Duration.ofSeconds(10);

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
                .expireAfter(Expiry.<TokenKey, Outcome>writing((key, outcome) -> outcome.lifetime(ticker.read())))
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
        return Mono.defer(() -> Mono.fromFuture(getOrBegin(key, fetch), true)).map(Outcome::orThrow);
    }

    private CompletableFuture<Outcome> getOrBegin(TokenKey key, Function<TokenKey, Mono<TokenAnswer>> fetch) {
        CompletableFuture<Outcome> outcome = outcomes.get(key, (wanted, executor) -> begin(wanted, fetch));
        Granted granted = grantedIn(outcome);
        if (granted != null && isDue(granted)) {
            renew(key, outcome, granted, fetch);
        }
        return outcome;
    }

    /** Fetches the next token, unless somebody does. If it does not come, the one that is held is used to its end. */
    private void renew(
            TokenKey key,
            CompletableFuture<Outcome> held,
            Granted granted,
            Function<TokenKey, Mono<TokenAnswer>> fetch) {
        CompletableFuture<Outcome> heldOn =
                CompletableFuture.completedFuture(granted.renewedFrom(ticker.read() + RENEWAL_PAUSE.toNanos()));
        if (outcomes.asMap().replace(key, held, heldOn)) {
            token(key, another -> !isDue(another), fetch)
                    .onErrorComplete() // told to whoever finds none
                    .subscribe(next -> outcomes.asMap().replace(key, heldOn, CompletableFuture.completedFuture(next)));
        }
    }

    private boolean isDue(Granted granted) {
        return ticker.read() - granted.renewFrom() >= 0;
    }

    /** The token that a call has ended with, or null. */
    private static @Nullable Granted grantedIn(CompletableFuture<Outcome> outcome) {
        return outcome.state() == Future.State.SUCCESS && outcome.resultNow() instanceof Granted granted
                ? granted
                : null;
    }

    /** Forgets a token that was not accepted, here and for all replicas, unless another has taken its place. */
    Mono<Void> forget(TokenKey key, Authorization rejected) {
        CompletableFuture<Outcome> held = outcomes.getIfPresent(key);
        if (held == null) {
            return reject(key, new Rejected(rejected, ticker.read() - TokenAnswer.LONGEST_LIFETIME.toNanos()));
        }
        Granted granted = grantedIn(held);
        if (granted == null || !granted.authorization().equals(rejected)) {
            return Mono.empty();
        }
        Mono<Void> done = reject(key, new Rejected(rejected, granted.gotAt()));
        outcomes.asMap().computeIfPresent(key, (same, now) -> isOf(rejected, now) ? null : now);
        return done;
    }

    private static boolean isOf(Authorization authorization, CompletableFuture<Outcome> outcome) {
        Granted granted = grantedIn(outcome);
        return granted != null && granted.authorization().equals(authorization);
    }

    /** Is noted before anybody can look for another one. */
    private Mono<Void> reject(TokenKey key, Rejected rejected) {
        rejections.put(key, rejected);
        return shared.forget(names.apply(key), rejected.authorization().token());
    }

    private CompletableFuture<Outcome> begin(TokenKey key, Function<TokenKey, Mono<TokenAnswer>> fetch) {
        return token(key, another -> true, fetch)
                .cast(Outcome.class)
                .onErrorResume(PullException.class, failure -> Mono.just(new Failed(failure)))
                .toFuture()
                .thenApply(Objects::requireNonNull);
    }

    /**
     * A token of another replica, or from the endpoint.
     *
     * @param good whether another replica's will do
     */
    private Mono<Granted> token(TokenKey key, Predicate<Granted> good, Function<TokenKey, Mono<TokenAnswer>> fetch) {
        return shared.get(
                        names.apply(key),
                        token -> isGood(key, token) && good.test(granted(token)),
                        () -> fetch.apply(key).map(Tokens::usable))
                .map(this::granted);
    }

    private static SharedToken usable(TokenAnswer answer) {
        Duration tenth = answer.lifetime().dividedBy(MARGIN_DIVISOR);
        Duration margin = tenth.compareTo(SMALLEST_MARGIN) > 0 ? tenth : SMALLEST_MARGIN;
        Duration usable = answer.lifetime().minus(margin);
        return new SharedToken(answer.token(), usable.isNegative() ? Duration.ZERO : usable, Duration.ZERO);
    }

    private Granted granted(SharedToken token) {
        long usableUntil = ticker.read() + token.usableFor().toNanos();
        Duration whole = token.age().plus(token.usableFor());
        long renewFrom = usableUntil - whole.dividedBy(RENEWAL_DIVISOR).toNanos();
        return new Granted(Authorization.bearer(token.token()), gotAt(token), renewFrom, usableUntil);
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

        /** How long it is held from now on. */
        Duration lifetime(long now);

        Authorization orThrow();
    }

    /**
     * A token. Times are the ticker's.
     *
     * @param gotAt when the token endpoint had given it
     * @param renewFrom when the next one may be fetched
     * @param usableUntil when it leaves
     */
    private record Granted(Authorization authorization, long gotAt, long renewFrom, long usableUntil)
            implements Outcome {

        /** The same, and the next one not before that time. */
        Granted renewedFrom(long time) {
            return new Granted(authorization, gotAt, time, usableUntil);
        }

        @Override
        public Duration lifetime(long now) {
            return Duration.ofNanos(Math.max(usableUntil - now, 0));
        }

        @Override
        public Authorization orThrow() {
            return authorization;
        }

        /** Without the token (T20). */
        @Override
        public String toString() {
            return "Granted[usableUntil=" + usableUntil + "]";
        }
    }

    private record Failed(PullException failure) implements Outcome {

        @Override
        public Duration lifetime(long now) {
            return FAILURE_LIFETIME;
        }

        @Override
        public Authorization orThrow() {
            throw failure;
        }
    }
}
