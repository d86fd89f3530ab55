package io.sluice.gateway.upstream;

import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A ticker as a clock, for whom wants one: it tells how much time has passed, and no time of day (U34). */
final class MonotonicClock extends Clock {

    private final Ticker ticker;
    private final long start;

    MonotonicClock(Ticker ticker) {
        this.ticker = ticker;
        this.start = ticker.read();
    }

    @Override
    public Instant instant() {
        return Instant.EPOCH.plusNanos(ticker.read() - start);
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
