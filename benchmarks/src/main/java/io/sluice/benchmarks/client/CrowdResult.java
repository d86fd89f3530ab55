package io.sluice.benchmarks.client;

import java.time.Duration;
import java.util.List;

/**
 * What became of clients that asked for one blob at once.
 *
 * @param downloads of those that got all of it
 * @param failures why the others did not, one line each
 */
public record CrowdResult(List<Download> downloads, List<String> failures) {

    /** From the first request to the last byte of the last client; of those that got it. */
    public Duration total() {
        long first = downloads.stream().mapToLong(Download::askedAt).min().orElse(0);
        long last = downloads.stream().mapToLong(Download::lastByteAt).max().orElse(0);
        return Duration.ofNanos(last - first);
    }

    /** How long each client waited for the first byte, milliseconds. */
    public double[] firstByteMillis() {
        return downloads.stream()
                .mapToDouble(download -> download.firstByte().toNanos() / 1e6)
                .toArray();
    }
}
