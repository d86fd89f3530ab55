package io.sluice.benchmarks.report;

import java.util.List;

/**
 * Whether a goal was met.
 *
 * @param goal in one line
 * @param met whether it was
 * @param numbers that decided it
 */
public record Verdict(String goal, boolean met, String numbers) {

    /** A table of verdicts. */
    public static String markdown(List<Verdict> verdicts) {
        Table table = new Table(List.of("goal", "met", "numbers"));
        verdicts.forEach(verdict -> table.add(List.of(verdict.goal, verdict.met ? "yes" : "no", verdict.numbers)));
        return table.markdown();
    }
}
