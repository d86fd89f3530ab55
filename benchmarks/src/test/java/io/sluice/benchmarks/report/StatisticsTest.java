package io.sluice.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class StatisticsTest {

    @Test
    void theMedianIsInTheMiddleOrHalfWayBetween() {
        assertThat(Statistics.median(9, 1, 2)).isEqualTo(2);
        assertThat(Statistics.median(9, 1, 2, 4)).isEqualTo(3);
        assertThat(Statistics.median()).isNaN();
    }

    @Test
    void aQuantileIsOneOfTheValues() {
        double[] values = IntStream.rangeClosed(1, 200).asDoubleStream().toArray();

        assertThat(Statistics.quantile(0.99, values)).isEqualTo(198);
        assertThat(Statistics.quantile(1, values)).isEqualTo(200);
        assertThat(Statistics.quantile(0.99, 7)).isEqualTo(7);
        assertThat(Statistics.quantile(0.99)).isNaN();
    }

    @Test
    void theSlopeIsThatOfTheLineThroughThem() {
        assertThat(Statistics.slope(new double[] {0, 1, 2, 3}, new double[] {5, 7, 9, 11}))
                .isEqualTo(2, Offset.offset(1e-9));
        assertThat(Statistics.slope(new double[] {1, 1}, new double[] {5, 7})).isNaN();
    }
}
