package io.sluice.benchmarks.report;

import java.util.Arrays;

/** What is said of many numbers. An empty list has no number to say: it gives NaN. */
public final class Statistics {

    private Statistics() {}

    /** The value in the middle, or half-way between the two there. */
    public static double median(double... values) {
        double[] sorted = sorted(values);
        if (sorted.length == 0) {
            return Double.NaN;
        }
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /**
     * The smallest value that this share of all does not exceed.
     *
     * @param share above 0, at most 1: 0.99 for the 99th percentile
     */
    public static double quantile(double share, double... values) {
        double[] sorted = sorted(values);
        if (sorted.length == 0) {
            return Double.NaN;
        }
        return sorted[(int) Math.ceil(share * sorted.length) - 1];
    }

    /** The largest value. */
    public static double max(double... values) {
        return Arrays.stream(values).max().orElse(Double.NaN);
    }

    /** How much y grows with each 1 of x, by least squares; NaN where all x are one. */
    public static double slope(double[] x, double[] y) {
        double meanX = Arrays.stream(x).average().orElse(Double.NaN);
        double meanY = Arrays.stream(y).average().orElse(Double.NaN);
        double covariance = 0;
        double variance = 0;
        for (int i = 0; i < x.length; i++) {
            covariance += (x[i] - meanX) * (y[i] - meanY);
            variance += (x[i] - meanX) * (x[i] - meanX);
        }
        return variance == 0 ? Double.NaN : covariance / variance;
    }

    private static double[] sorted(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted;
    }
}
