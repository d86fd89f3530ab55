package io.sluice.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SectionTest {

    private static final Measure TOTAL = new Measure("total, s", 2);

    private final Section section = new Section("20 clients", List.of("sluice", "nginx"));

    @Test
    void itShowsMediansRatiosToTheFirstAndEveryValue() {
        section.record(TOTAL, "sluice", 2);
        section.record(TOTAL, "sluice", 4);
        section.record(TOTAL, "sluice", 1);
        section.record(TOTAL, "nginx", 3);
        section.remark("nginx: something");

        assertThat(section.median(TOTAL, "sluice")).isEqualTo(2);
        assertThat(section.markdown()).isEqualTo("""
                ## 20 clients

                | median   | sluice | nginx | ÷ sluice |
                | -------- | -----: | ----: | -------: |
                | total, s |   2.00 |  3.00 |     1.50 |

                Each repetition:

                | raw      |             sluice | nginx |
                | -------- | -----------------: | ----: |
                | total, s | 2.00 / 4.00 / 1.00 |  3.00 |

                - nginx: something
                """);
    }

    @Test
    void whatWasNotMeasuredHasNoNumber() {
        section.record(TOTAL, "nginx", Double.NaN);

        assertThat(section.median(TOTAL, "sluice")).isNaN();
        assertThat(section.markdown()).contains("| total, s |      – |     – |        – |");
    }
}
