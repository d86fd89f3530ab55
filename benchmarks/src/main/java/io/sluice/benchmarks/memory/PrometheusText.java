package io.sluice.benchmarks.memory;

/**
 * Metrics as they are scraped.
 *
 * @see <a href="https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format">Prometheus, Text-based
 *     format</a>
 */
record PrometheusText(String text) {

    /** The sum over all series of a metric that have a label, given as {@code area="heap"}; 0 where there are none. */
    double sum(String metric, String label) {
        return text.lines()
                .filter(line -> line.startsWith(metric + "{") && line.contains(label))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}
