package io.sluice.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class ChartTest {

    private final Chart chart = new Chart("a < b & c", List.of("nginx", "distribution"));

    @Test
    void whatIsBetterGoesToTheRightOfOneAndWhatIsWorseToTheLeft() throws Exception {
        chart.add(List.of(Bar.ofRates("hits", "nginx", 1_000, 10_000), Bar.ofTimes("hits", "distribution", 1, 10)));

        List<Element> bars = bars();

        assertThat(bars).hasSize(2);
        double one = number(bars.get(0), "x") + number(bars.get(0), "width");
        assertThat(number(bars.get(1), "x")).isEqualTo(one);
        assertThat(number(bars.get(1), "width")).isEqualTo(number(bars.get(0), "width"));
        assertThat(chart.svg()).contains(">0.10×<", ">10×<", ">hits<");
    }

    @Test
    void tenTimesAsMuchIsTheSameStepEverywhere() throws Exception {
        chart.add(List.of(new Bar("a", "nginx", 10), new Bar("b", "nginx", 100), new Bar("c", "nginx", 1_000)));

        double[] widths =
                bars().stream().mapToDouble(bar -> number(bar, "width")).toArray();

        assertThat(widths[1] / widths[0]).isCloseTo(2, within(0.01));
        assertThat(widths[2] / widths[0]).isCloseTo(3, within(0.01));
    }

    @Test
    void whatWasNotMeasuredIsNotDrawn() {
        chart.add(List.of(new Bar("a", "nginx", Double.NaN), Bar.ofTimes("a", "distribution", 0, 3)));

        assertThat(chart.isEmpty()).isTrue();
    }

    @Test
    void aThirdPeerHasNoColour() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Chart("", List.of("a", "b", "c")));
    }

    /** Those behind the legend, which has one for each peer. */
    private List<Element> bars() throws Exception {
        Document document = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(chart.svg().getBytes(StandardCharsets.UTF_8)));
        NodeList rectangles = document.getElementsByTagName("rect");
        return IntStream.range(2, rectangles.getLength())
                .mapToObj(i -> (Element) rectangles.item(i))
                .toList();
    }

    private static double number(Element element, String attribute) {
        return Double.parseDouble(element.getAttribute(attribute));
    }
}
