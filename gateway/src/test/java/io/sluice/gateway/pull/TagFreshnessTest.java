package io.sluice.gateway.pull;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TagFreshnessTest {

    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final TagFreshness FRESHNESS = new TagFreshness(Duration.ofMinutes(1), Duration.ofHours(24));

    @Test
    void isFreshUntilItsTimeIsOver() {
        assertThat(FRESHNESS.isFresh(NOON, NOON.plusSeconds(59))).isTrue();
        assertThat(FRESHNESS.isFresh(NOON, NOON.plusSeconds(60))).isFalse();
    }

    @Test
    @DisplayName("K20: after a clock was set back by an hour a tag is asked for again, and stays at hand")
    void aMomentThatIsYetToComeIsNotFresh() {
        Instant setBack = NOON.minus(Duration.ofHours(1));

        assertThat(FRESHNESS.isFresh(NOON, setBack)).isFalse();
        assertThat(FRESHNESS.mayBeStale(NOON, setBack)).isTrue();
    }

    @Test
    @DisplayName("K20: clocks may differ a little")
    void aMomentThatIsAlmostThereIsFresh() {
        assertThat(FRESHNESS.isFresh(NOON, NOON.minusSeconds(1))).isTrue();
    }

    @Test
    void isServedWhileItIsBeingAskedForWithinItsWindow() {
        TagFreshness freshness = new TagFreshness(Duration.ofMinutes(1), Duration.ofHours(24), Duration.ofSeconds(10));

        assertThat(freshness.mayBeStaleMeanwhile(NOON, NOON.plusSeconds(69))).isTrue();
        assertThat(freshness.mayBeStaleMeanwhile(NOON, NOON.plusSeconds(70))).isFalse();
        assertThat(FRESHNESS.mayBeStaleMeanwhile(NOON, NOON.plusSeconds(60))).isFalse();
        assertThat(freshness.mayBeStaleMeanwhile(NOON, NOON.minus(Duration.ofHours(1))))
                .as("the clock was set back")
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({"1, 60", "0.25, 60", "0.125, 120", "0.05, 300", "0.025, 600", "0.001, 600", "0, 600"})
    void isBelievedLongerAsTheBudgetRunsLow(double left, long seconds) {
        assertThat(FRESHNESS.stretched(left).freshFor()).isEqualTo(Duration.ofSeconds(seconds));
    }

    @Test
    void isNotBelievedLongerThanItMayBeStale() {
        TagFreshness freshness = new TagFreshness(Duration.ofMinutes(1), Duration.ofMinutes(2));

        assertThat(freshness.stretched(0).freshFor()).isEqualTo(Duration.ofMinutes(2));
        assertThat(new TagFreshness(Duration.ofMinutes(1), Duration.ZERO)
                        .stretched(0)
                        .freshFor())
                .isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void anImmutableTagStaysFresh() {
        assertThat(TagFreshness.immutable().isFresh(NOON, NOON.plus(Duration.ofDays(3650))))
                .isTrue();
    }

    @Test
    void tellsHowLongItHasNotBeenFresh() {
        assertThat(FRESHNESS.staleness(NOON, NOON.plusSeconds(90))).isEqualTo(Duration.ofSeconds(30));
        assertThat(FRESHNESS.staleness(NOON, NOON.plusSeconds(30))).isZero();
    }
}
