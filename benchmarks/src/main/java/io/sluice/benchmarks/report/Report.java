package io.sluice.benchmarks.report;

import java.util.ArrayList;
import java.util.List;

/** Everything that was measured, and under which conditions: a document of its own, meant for {@code docs}. */
public final class Report {

    private final List<String> facts = new ArrayList<>();
    private final List<Section> sections = new ArrayList<>();
    private final List<Verdict> verdicts = new ArrayList<>();

    /** Adds a condition. */
    public void fact(String name, String value) {
        facts.add("- " + name + ": " + value);
    }

    public void add(Section section) {
        sections.add(section);
    }

    public void add(List<Verdict> more) {
        verdicts.addAll(more);
    }

    /** The conditions, the verdicts, and then every section. */
    public String markdown() {
        StringBuilder text = new StringBuilder("# Benchmarks\n\n");
        text.append("What `benchmarks/run` printed; [how it measures](../benchmarks/README.md).\n\n");
        facts.forEach(fact -> text.append(fact).append('\n'));
        text.append("\n## Goals\n\n").append(Verdict.markdown(verdicts));
        sections.forEach(section -> text.append('\n').append(section.markdown()));
        return text.toString();
    }
}
