package io.sluice.benchmarks.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.stream.Collectors;

/** What one case measured: for each measure and each party a value from every repetition. */
public final class Section {

    private final String title;
    private final SequencedMap<Measure, Map<String, List<Double>>> values = new LinkedHashMap<>();
    private final SequencedSet<String> parties = new LinkedHashSet<>();
    private final SequencedSet<String> remarks = new LinkedHashSet<>();

    /**
     * Begins empty.
     *
     * @param title what was done
     * @param parties the columns, in their order; the ratios are to the first one
     */
    public Section(String title, List<String> parties) {
        this.title = title;
        this.parties.addAll(parties);
    }

    /** Adds the value of a repetition. */
    public void record(Measure measure, String party, double value) {
        values.computeIfAbsent(measure, ignored -> new LinkedHashMap<>())
                .computeIfAbsent(party, ignored -> new ArrayList<>())
                .add(value);
    }

    /** Adds a remark below the tables, once. */
    public void remark(String text) {
        remarks.add(text);
    }

    /** The median over the repetitions; NaN when there is none. */
    public double median(Measure measure, String party) {
        return Statistics.median(recorded(measure, party));
    }

    /** Heading, a table of medians and ratios, a table of every value, and the remarks, as Markdown. */
    public String markdown() {
        StringBuilder text = new StringBuilder("## " + title + "\n\n");
        text.append(medians().markdown()).append('\n');
        text.append("Each repetition:\n\n").append(everyValue().markdown());
        if (!remarks.isEmpty()) {
            text.append('\n');
            remarks.forEach(remark -> text.append("- ").append(remark).append('\n'));
        }
        return text.toString();
    }

    private Table medians() {
        List<String> header = new ArrayList<>(List.of("median"));
        for (String party : parties) {
            header.add(party);
            if (!party.equals(parties.getFirst())) {
                header.add("÷ " + parties.getFirst());
            }
        }
        Table table = new Table(header);
        values.keySet().forEach(measure -> table.add(medians(measure)));
        return table;
    }

    private List<String> medians(Measure measure) {
        List<String> row = new ArrayList<>(List.of(measure.name()));
        double first = median(measure, parties.getFirst());
        for (String party : parties) {
            double median = median(measure, party);
            row.add(measure.show(median));
            if (!party.equals(parties.getFirst())) {
                row.add(ratio(median, first));
            }
        }
        return row;
    }

    private Table everyValue() {
        List<String> header = new ArrayList<>(List.of("raw"));
        header.addAll(parties);
        Table table = new Table(header);
        for (Measure measure : values.keySet()) {
            List<String> row = new ArrayList<>(List.of(measure.name()));
            parties.forEach(party -> row.add(shown(measure, party)));
            table.add(row);
        }
        return table;
    }

    private String shown(Measure measure, String party) {
        List<Double> recorded = recordedValues(measure, party);
        return recorded.isEmpty()
                ? measure.show(Double.NaN)
                : recorded.stream().map(measure::show).collect(Collectors.joining(" / "));
    }

    private static String ratio(double value, double to) {
        return Double.isNaN(value / to) || to == 0 ? "–" : String.format(Locale.ROOT, "%.2f", value / to);
    }

    private double[] recorded(Measure measure, String party) {
        return recordedValues(measure, party).stream()
                .mapToDouble(value -> value)
                .toArray();
    }

    private List<Double> recordedValues(Measure measure, String party) {
        return values.getOrDefault(measure, Map.of()).getOrDefault(party, List.of());
    }
}
