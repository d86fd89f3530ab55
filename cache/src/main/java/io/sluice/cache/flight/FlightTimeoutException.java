package io.sluice.cache.flight;

import java.time.Duration;

/** A flight did not end within its limit. */
public final class FlightTimeoutException extends RuntimeException {

    public FlightTimeoutException(Object key, Duration limit) {
        super("the fetch of " + key + " did not end within " + limit.toMillis() + " ms", null, false, false);
    }
}
