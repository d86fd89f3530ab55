package io.sluice.benchmarks.report;

import java.util.Locale;

/**
 * Something that is measured.
 *
 * @param name in the words of the table, with its unit
 * @param decimals how many of them are shown
 */
public record Measure(String name, int decimals) {

    String show(double value) {
        return Double.isNaN(value) ? "–" : String.format(Locale.ROOT, "%,." + decimals + "f", value);
    }
}
