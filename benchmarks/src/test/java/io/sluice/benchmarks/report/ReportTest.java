package io.sluice.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ReportTest {

    private final Report report = new Report(new Chart("ratios", List.of("nginx")));

    @Test
    void theNotesStandBetweenTheGoalsAndTheNumbers() {
        report.add(List.of(new Verdict("fast", false, "3 s")));
        report.notes("\nIt is the disk.\n\n");
        report.add(new Section("Numbers", List.of("sluice")));

        assertThat(report.markdown("benchmarks.svg"))
                .containsSubsequence("## Goals", "| fast |", "It is the disk.\n\n## Numbers");
    }

    @Test
    void thePictureIsShownWhereThereIsOne() {
        assertThat(report.markdown("benchmarks.svg")).doesNotContain("benchmarks.svg");

        report.chart().add(List.of(new Bar("hits", "nginx", 2)));

        assertThat(report.markdown("benchmarks.svg")).contains("![ratios](benchmarks.svg)");
    }
}
