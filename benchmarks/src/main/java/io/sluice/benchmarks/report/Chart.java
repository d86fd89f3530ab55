package io.sluice.benchmarks.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Ratios as bars on a logarithmic scale, which begin at 1: what is better goes to the right. An SVG that follows the
 * reader's light or dark scheme.
 */
public final class Chart {

    private static final int LABELS = 230;
    private static final int PLOT = 470;
    private static final int MARGIN = 70;
    private static final int TOP = 54;
    private static final int BAR = 12;
    private static final int GAP = 12;
    private static final int FOOT = 30;
    private static final String STYLE = """
        <style>
          text { font: 12px sans-serif; fill: #24292f }
          .title { font-weight: bold }
          .grid { stroke: #d0d7de }
          .one { stroke: #57606a; stroke-width: 2 }
          .peer0 { fill: #1a7f37 }
          .peer1 { fill: #0969da }
          @media (prefers-color-scheme: dark) {
            text { fill: #e6edf3 }
            .grid { stroke: #3d444d }
            .one { stroke: #9198a1 }
            .peer0 { fill: #3fb950 }
            .peer1 { fill: #58a6ff }
          }
        </style>
        """;

    private final String title;
    private final List<String> peers;
    private final SequencedMap<String, List<Bar>> groups = new LinkedHashMap<>();

    /**
     * Begins without bars.
     *
     * @param title above all of it
     * @param peers whom the bars compare with, two at most: as many colours there are
     */
    public Chart(String title, List<String> peers) {
        if (peers.size() > 2) {
            throw new IllegalArgumentException("no colour for more than two peers: " + peers);
        }
        this.title = title;
        this.peers = List.copyOf(peers);
    }

    /** Adds bars; those of one label stand together. What has no value is left out. */
    public void add(List<Bar> bars) {
        bars.stream()
                .filter(Bar::canBeDrawn)
                .forEach(bar -> groups.computeIfAbsent(bar.label(), ignored -> new ArrayList<>())
                        .add(bar));
    }

    /** What is above all of it. */
    public String title() {
        return title;
    }

    /** Whether there is nothing to be seen on it. */
    public boolean isEmpty() {
        return groups.isEmpty();
    }

    /** The whole document. */
    public String svg() {
        int height = TOP + groups.values().stream().mapToInt(Chart::height).sum() + FOOT;
        StringBuilder text = new StringBuilder(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">%n"
                        .formatted(LABELS + PLOT + MARGIN, height, escaped(title)));
        text.append(STYLE).append(text("title", 8, 18, "start", title));
        for (int i = 0; i < peers.size(); i++) {
            text.append(rectangle(i, 8 + 150 * i, 28, BAR)).append(text("", 26 + 150 * i, 39, "start", peers.get(i)));
        }
        Scale scale = scale();
        text.append(grid(scale, height - FOOT));
        int y = TOP;
        for (Map.Entry<String, List<Bar>> group : groups.entrySet()) {
            text.append(group(group.getKey(), group.getValue(), scale, y));
            y += height(group.getValue());
        }
        return text.append("</svg>\n").toString();
    }

    /**
     * Where a ratio is.
     *
     * @param from the power of ten at the left end
     * @param to that at the right end
     */
    private record Scale(int from, int to) {

        double x(double ratio) {
            return LABELS + PLOT * (Math.log10(ratio) - from) / (to - from);
        }
    }

    /** Whole powers of ten, one on either side of 1 at least. */
    private Scale scale() {
        double[] powers = groups.values().stream()
                .flatMap(List::stream)
                .mapToDouble(bar -> Math.log10(bar.ratio()))
                .toArray();
        double least =
                -Statistics.max(Arrays.stream(powers).map(power -> -power).toArray());
        return new Scale((int) Math.floor(Math.min(-1, least)), (int) Math.ceil(Math.max(1, Statistics.max(powers))));
    }

    private static String grid(Scale scale, int bottom) {
        StringBuilder text = new StringBuilder();
        for (int power = scale.from(); power <= scale.to(); power++) {
            double x = scale.x(Math.pow(10, power));
            text.append(String.format(
                    Locale.ROOT,
                    "<line class=\"%s\" x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\"/>%n",
                    power == 0 ? "one" : "grid",
                    x,
                    TOP - 6,
                    x,
                    bottom));
            text.append(text("", x, bottom + 16, "middle", times(Math.pow(10, power))));
        }
        return text.toString();
    }

    private String group(String label, List<Bar> bars, Scale scale, int top) {
        double middle = top + bars.size() * BAR / 2.0 + 4;
        StringBuilder text = new StringBuilder(text("", LABELS - 10, middle, "end", label));
        int y = top;
        for (Bar bar : bars) {
            double from = Math.min(scale.x(1), scale.x(bar.ratio()));
            double to = Math.max(scale.x(1), scale.x(bar.ratio()));
            text.append(rectangle(peers.indexOf(bar.peer()), from, y, Math.max(to - from, 1)));
            text.append(text("", to + 4, y + BAR - 2, "start", times(bar.ratio())));
            y += BAR;
        }
        return text.toString();
    }

    private static int height(List<Bar> bars) {
        return bars.size() * BAR + GAP;
    }

    private static String rectangle(int peer, double x, double y, double width) {
        return String.format(
                Locale.ROOT,
                "<rect class=\"peer%d\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%d\"/>%n",
                peer,
                x,
                y,
                width,
                BAR - 1);
    }

    private static String text(String style, double x, double y, String anchor, String text) {
        return String.format(
                Locale.ROOT,
                "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n",
                style,
                x,
                y,
                anchor,
                escaped(text));
    }

    private static String times(double ratio) {
        int decimals = ratio < 0.1 ? 3 : ratio < 10 ? 2 : 0;
        return String.format(Locale.ROOT, "%." + decimals + "f×", ratio);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
    }
}
