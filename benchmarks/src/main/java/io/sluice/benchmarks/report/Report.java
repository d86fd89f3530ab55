package io.sluice.benchmarks.report;

import java.util.ArrayList;
import java.util.List;

/** Everything that was measured, and under which conditions: a document of its own, meant for {@code docs}. */
public final class Report {

    private final List<String> facts = new ArrayList<>();
    private final List<String> sections = new ArrayList<>();
    private final List<Verdict> verdicts = new ArrayList<>();
    private final Chart chart;
    private String notes = "";

    /** Begins empty, with a chart that is to be filled. */
    public Report(Chart chart) {
        this.chart = chart;
    }

    /** Adds a condition. */
    public void fact(String name, String value) {
        facts.add("- " + name + ": " + value);
    }

    public void add(Section section) {
        sections.add(section.markdown());
    }

    /** Adds a table under a heading. */
    public void add(String title, Table table) {
        sections.add("## " + title + "\n\n" + table.markdown());
    }

    public void add(List<Verdict> more) {
        verdicts.addAll(more);
    }

    /** Sets what somebody has written of the goals that are missed, as Markdown. */
    public void notes(String text) {
        notes = text.strip();
    }

    /** The picture of it. */
    public Chart chart() {
        return chart;
    }

    /**
     * The conditions, the verdicts, and then every section.
     *
     * @param picture the name of the file beside the document in which the chart is
     */
    public String markdown(String picture) {
        StringBuilder text = new StringBuilder("# Benchmarks\n\n");
        text.append("What `benchmarks/run` printed; [how it measures](../benchmarks/README.md).\n\n");
        facts.forEach(fact -> text.append(fact).append('\n'));
        if (!chart.isEmpty()) {
            text.append("\n![")
                    .append(chart.title())
                    .append("](")
                    .append(picture)
                    .append(")\n");
        }
        text.append("\n## Goals\n\n").append(Verdict.markdown(verdicts));
        if (!notes.isEmpty()) {
            text.append('\n').append(notes).append('\n');
        }
        sections.forEach(section -> text.append('\n').append(section));
        return text.toString();
    }
}
