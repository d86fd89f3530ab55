package io.sluice.gateway.pull;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

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
}
