package io.sluice.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("U22: what an answer says of the budget of requests")
class RateLimitTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "Docker Hub | ratelimit-limit: 100;w=21600 # ratelimit-remaining: 76;w=21600 | 100 | 76 | 21600",
                "Docker Hub, unlimited | ratelimit-remaining: 76;w=21600 | - | 76 | 21600",
                "three headers | RateLimit-Limit: 100 # RateLimit-Remaining: 50 # RateLimit-Reset: 30 | 100 | 50 | 30",
                "with policies | RateLimit-Limit: 10, 10;w=1, 50;w=60 # RateLimit-Remaining: 9 | 10 | 9 | -",
                "one header | RateLimit: limit=100, remaining=50, reset=30 | 100 | 50 | 30",
                "one header, no limit | RateLimit: remaining=50 | - | 50 | -",
                "named | RateLimit: \"pulls\";r=50;t=30 # RateLimit-Policy: \"pulls\";q=100;w=60 | 100 | 50 | 30",
                "two names | RateLimit: \"day\";r=500;t=9, \"hour\";r=5;t=3 # RateLimit-Policy: \"hour\";q=10, \"day\";q=900"
                        + " | 10 | 5 | 3",
                "a name with a comma | RateLimit: \"a,b;c\";r=5 # RateLimit-Policy: \"a,b;c\";q=10 | 10 | 5 | -",
                "another name | RateLimit: \"a\";r=5 # RateLimit-Policy: \"b\";q=10 | - | 5 | -",
                "a window beyond reason | RateLimit-Remaining: 5 # RateLimit-Reset: 99999999999 | - | 5 | 86400"
            })
    void itIsReadInEachOfItsFormats(
            String format, String headers, @Nullable Long limit, @Nullable Long remaining, @Nullable Long window) {
        assertThat(RateLimit.of(headers(headers)))
                .isEqualTo(new RateLimit(limit, remaining, window == null ? null : Duration.ofSeconds(window)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X: 1",
                "ratelimit-remaining: many",
                "ratelimit-remaining: -1",
                "ratelimit-remaining: 99999999999999999999",
                "RateLimit: ;;,,==",
                "RateLimit: \"open;r=5",
                "RateLimit: \"a\";r=;t="
            })
    void whatCannotBeReadSaysNothing(String headers) {
        assertThat(RateLimit.of(headers(headers))).isNull();
    }

    @Test
    void aHeaderBeyondReasonSaysNothing() {
        assertThat(RateLimit.of(new DefaultHttpHeaders().set("RateLimit", "remaining=5" + " ".repeat(2_000) + ",x")))
                .isNull();
    }

    private static HttpHeaders headers(String text) {
        HttpHeaders headers = new DefaultHttpHeaders();
        for (String line : text.split(" # ")) {
            int colon = line.indexOf(':');
            headers.set(line.substring(0, colon), line.substring(colon + 1).strip());
        }
        return headers;
    }
}
