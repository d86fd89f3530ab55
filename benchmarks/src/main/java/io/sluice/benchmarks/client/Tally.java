package io.sluice.benchmarks.client;

import java.util.Map;
import java.util.TreeMap;

/** What has become of many readers. For one thread. */
public final class Tally {

    private long bytes;
    private int complete;
    private int left;
    private int droppedCrawling;
    private int droppedStopped;
    private final Map<String, Integer> failures = new TreeMap<>();

    void read(int count) {
        bytes += count;
    }

    void completed() {
        complete++;
    }

    void left() {
        left++;
    }

    void hungUpOnCrawling() {
        droppedCrawling++;
    }

    void hungUpOnStopped() {
        droppedStopped++;
    }

    void failed(String reason) {
        failures.merge(reason, 1, Integer::sum);
    }

    /** Bytes that were read, those of heads included. */
    public long bytes() {
        return bytes;
    }

    /** Whole blobs that were read. */
    public int complete() {
        return complete;
    }

    /** How often a reader hung up of its own will. */
    public int departures() {
        return left;
    }

    /** How often the server hung up on a reader that crawled. */
    public int droppedCrawling() {
        return droppedCrawling;
    }

    /** How often the server hung up on a reader that had stopped. */
    public int droppedStopped() {
        return droppedStopped;
    }

    /** How often a reader got no answer, or one that ended early, by reason. */
    public Map<String, Integer> failures() {
        return new TreeMap<>(failures);
    }
}
