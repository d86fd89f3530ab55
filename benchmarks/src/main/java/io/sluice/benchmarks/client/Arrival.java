package io.sluice.benchmarks.client;

/**
 * What became of a request that was due at a moment.
 *
 * @param target what it asked for
 * @param dueAt a time of {@link System#nanoTime()}
 * @param millis from then to the last byte of the answer; NaN when there was none
 * @param failure why not; empty otherwise
 */
public record Arrival(Target target, long dueAt, double millis, String failure) {

    static Arrival answered(Target target, long dueAt, Download download) {
        return new Arrival(target, dueAt, (download.lastByteAt() - dueAt) / 1e6, "");
    }

    static Arrival failed(Target target, long dueAt, String failure) {
        return new Arrival(target, dueAt, Double.NaN, failure);
    }

    public boolean hasFailed() {
        return !failure.isEmpty();
    }
}
