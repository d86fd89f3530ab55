package io.sluice.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "7|7",
                " 0 |0",
                "3600|3600",
                "3601|3600",
                "99999999999999999999|3600",
                "Thu, 01 Jan 2026 00:01:30 GMT|90",
                "Thu, 01 Jan 2037 00:00:00 GMT|3600",
                "Thu, 01 Jan 1970 00:00:00 GMT|0"
            })
    void secondsAndDatesAreReadAndAbsurdOnesCut(String value, long seconds) {
        assertThat(RetryAfter.parse(value, NOW)).isEqualTo(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", " ", "-1", "soon", "1.5"})
    void whatIsNeitherSaysNothing(@Nullable String value) {
        assertThat(RetryAfter.parse(value, NOW)).isNull();
    }
}
