package io.sluice.benchmarks.client;

import java.time.Duration;
import java.util.List;

/**
 * What clients got that asked again and again.
 *
 * @param bytes of bodies and heads, also of answers that had not ended yet
 * @param requests that were answered completely
 * @param time that it took
 * @param failures why clients gave up, one line each
 */
public record Throughput(long bytes, long requests, Duration time, List<String> failures) {

    /** Bytes a second. */
    public double bytesPerSecond() {
        return bytes * 1e9 / time.toNanos();
    }

    /** Answers a second. */
    public double requestsPerSecond() {
        return requests * 1e9 / time.toNanos();
    }

    /** The same with what went wrong. */
    public Rate rate() {
        return new Rate(requestsPerSecond(), failures);
    }
}
