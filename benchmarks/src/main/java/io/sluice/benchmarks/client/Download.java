package io.sluice.benchmarks.client;

import java.time.Duration;

/**
 * A whole blob that one client got, as times of {@link System#nanoTime()}.
 *
 * @param askedAt when its request was written
 * @param firstByteAt when the first byte of the body was read
 * @param lastByteAt when the last one was
 */
public record Download(long askedAt, long firstByteAt, long lastByteAt) {

    /** From the request to the first byte of the body. */
    public Duration firstByte() {
        return Duration.ofNanos(firstByteAt - askedAt);
    }
}
