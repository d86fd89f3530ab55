package io.sluice.gateway.upstream;

import com.github.benmanes.caffeine.cache.Ticker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowSynchronizationStrategy;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.core.IntervalFunction;
import io.sluice.gateway.error.CallRejectedException;
import io.sluice.gateway.error.CallRejectedException.Reason;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What spares one host, and those who would wait for it: a breaker, a budget for repeated requests, and the wait that it
 * asked for with a 429.
 *
 * <p>The breaker opens when six of the last ten calls, or three of the first five, brought no answer or a 5xx. After 5 s, and each
 * time that this was too soon after twice as long up to a minute, one call finds out how it is now. What counts is an
 * exchange, with its repetition; so a single thing that a host has no good answer to does not close the host to everybody.
 */
final class Guard {

    /** How long a host is left alone at first. */
    static final Duration OPEN_FIRST = Duration.ofSeconds(5);

    /** How long it is left alone at the most. */
    static final Duration OPEN_LONGEST = Duration.ofMinutes(1);

    /** So many calls say something of a host. */
    static final int AT_LEAST = 5;

    private static final Logger LOG = LoggerFactory.getLogger(Guard.class);

    private static final int WINDOW = 10;
    private static final float FAILED_PERCENT = 60;
    private static final Duration A_MOMENT = Duration.ofSeconds(1);

    private final String host;
    private final Ticker ticker;
    private final CircuitBreaker breaker;
    private final RetryBudget retries;
    private final Backoff backoff;
    private volatile long openUntil;

    Guard(String route, Origin origin, Ticker ticker) {
        this.host = origin.host();
        this.ticker = ticker;
        this.openUntil = ticker.read();
        this.retries = new RetryBudget(ticker);
        this.backoff = new Backoff(ticker);
        this.breaker = CircuitBreaker.of(route + " " + origin, configuration(ticker));
        breaker.getEventPublisher()
                .onStateTransition(change -> LOG.warn(
                        "{}: the breaker of {} is {}",
                        route,
                        origin,
                        change.getStateTransition().getToState()));
    }

    private CircuitBreakerConfig configuration(Ticker ticker) {
        return CircuitBreakerConfig.custom()
                .slidingWindow(
                        WINDOW, AT_LEAST, SlidingWindowType.COUNT_BASED, SlidingWindowSynchronizationStrategy.LOCK_FREE)
                .failureRateThreshold(FAILED_PERCENT)
                .permittedNumberOfCallsInHalfOpenState(1)
                .waitIntervalFunctionInOpenState(this::openFor)
                .clock(new MonotonicClock(ticker))
                .build();
    }

    private Long openFor(int attempts) {
        long millis = IntervalFunction.ofExponentialBackoff(OPEN_FIRST, 2, OPEN_LONGEST)
                .apply(attempts);
        openUntil = ticker.read() + Duration.ofMillis(millis).toNanos();
        return millis;
    }

    /**
     * Lets a call go to the host.
     *
     * @throws CallRejectedException if the breaker is open
     */
    Permit enter() {
        if (!breaker.tryAcquirePermission()) {
            Duration left = Duration.ofNanos(Math.max(0, openUntil - ticker.read()));
            throw new CallRejectedException(host, Reason.BREAKER_OPEN, left.compareTo(A_MOMENT) < 0 ? A_MOMENT : left);
        }
        retries.deposit();
        return new Permit(breaker);
    }

    /** Whether a request may be sent once more; a probe is sent once. */
    boolean mayRepeat() {
        return state() == State.CLOSED && retries.withdraw();
    }

    State state() {
        return breaker.getState();
    }

    /** The wait that it asked for. */
    Backoff backoff() {
        return backoff;
    }
}
