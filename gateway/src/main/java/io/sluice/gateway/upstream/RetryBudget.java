package io.sluice.gateway.upstream;

import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many requests to a host may be sent once more: one in ten, so that repeating does not double the load of a host that
 * is in trouble (U23). A few may be saved up, and one a second is always allowed, so that single requests may be repeated.
 */
final class RetryBudget {

    private static final int REQUESTS_PER_RETRY = 10;
    private static final int SAVED_AT_FIRST = 3;
    private static final int MOST_SAVED = 10;
    private static final long FLOOR_EVERY = Duration.ofSeconds(1).toNanos();

    private final Ticker ticker;
    private final AtomicInteger requests = new AtomicInteger(SAVED_AT_FIRST * REQUESTS_PER_RETRY);
    private final AtomicLong allowedAt;

    RetryBudget(Ticker ticker) {
        this.ticker = ticker;
        this.allowedAt = new AtomicLong(ticker.read());
    }

    /** A request is sent for the first time. */
    void deposit() {
        requests.updateAndGet(saved -> Math.min(saved + 1, MOST_SAVED * REQUESTS_PER_RETRY));
    }

    /** Whether one may be sent once more; if so, it is paid for. */
    boolean withdraw() {
        int before = requests.getAndUpdate(saved -> saved < REQUESTS_PER_RETRY ? saved : saved - REQUESTS_PER_RETRY);
        return before >= REQUESTS_PER_RETRY || isAllowedAnyway();
    }

    private boolean isAllowedAnyway() {
        long now = ticker.read();
        long allowed = allowedAt.get();
        return now - allowed >= 0 && allowedAt.compareAndSet(allowed, now + FLOOR_EVERY);
    }
}
