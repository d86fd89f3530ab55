package io.sluice.cache.redis;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowSynchronizationStrategy;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;

/**
 * Leaves Redis alone once a third of the last commands have failed, so that no caller waits for what does not come (K02,
 * K03). While it is open nobody's own command is used to find out whether that is over: a probe is sent every second, and
 * the first that succeeds closes it.
 */
final class Breaker {

    private static final Logger LOG = LoggerFactory.getLogger(RedisCache.class);

    private static final int WINDOW = 20;
    private static final int AT_LEAST = 10;
    private static final float FAILED_PERCENT = 33;
    private static final Duration PROBE_EVERY = Duration.ofSeconds(1);

    /** So many probes that fail in a row are taken for a connection that leads nowhere. */
    private static final int RENEW_AFTER = 5;

    private final String name;
    private final CircuitBreaker breaker;
    private final Supplier<Mono<?>> probe;
    private final Runnable renew;
    private final Disposable.Swap probing = Disposables.swap();

    /**
     * Creates it closed.
     *
     * @param name what it guards
     * @param probe a command that says whether Redis is back
     * @param renew gives the connection up
     */
    Breaker(String name, Supplier<Mono<?>> probe, Runnable renew) {
        this.name = name;
        this.probe = probe;
        this.renew = renew;
        this.breaker = CircuitBreaker.of(
                name,
                CircuitBreakerConfig.custom()
                        .slidingWindow(
                                WINDOW,
                                AT_LEAST,
                                SlidingWindowType.COUNT_BASED,
                                SlidingWindowSynchronizationStrategy.LOCK_FREE)
                        .failureRateThreshold(FAILED_PERCENT)
                        // Never by itself: the probe closes it.
                        .waitDurationInOpenState(Duration.ofDays(10_000))
                        .build());
        breaker.getEventPublisher().onStateTransition(change -> {
            LOG.info("Redis: {} {}", name, isOpen() ? "are left out until it answers again" : "are done again");
            if (isOpen()) {
                probe();
            }
        });
    }

    boolean isOpen() {
        return breaker.getState() == State.OPEN;
    }

    /** Whether a command may be sent; if so, its end must be told. */
    boolean permits() {
        return breaker.tryAcquirePermission();
    }

    void succeeded() {
        breaker.onSuccess(0, TimeUnit.NANOSECONDS);
    }

    void failed(Throwable failure) {
        breaker.onError(0, TimeUnit.NANOSECONDS, failure);
    }

    /** Nobody waits for the command any more, or its end says nothing of Redis. */
    void released() {
        breaker.releasePermission();
    }

    private void probe() {
        AtomicInteger failures = new AtomicInteger();
        probing.update(Mono.delay(PROBE_EVERY)
                .then(Mono.defer(probe))
                .doOnError(failure -> renewAfter(failures.incrementAndGet(), failure))
                .retry()
                .subscribe(answer -> {}, failure -> {}, breaker::transitionToClosedState));
    }

    private void renewAfter(int failures, Throwable failure) {
        LOG.debug("Redis: {}, probe {} failed: {}", name, failures, failure.toString());
        if (failures % RENEW_AFTER == 0) {
            renew.run();
        }
    }

    void close() {
        probing.dispose();
    }
}
