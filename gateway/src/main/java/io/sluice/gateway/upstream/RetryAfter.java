package io.sluice.gateway.upstream;

import io.netty.handler.codec.DateFormatter;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code Retry-After}: seconds or a date. What is absurd is cut to an hour, what lies in the past is now.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3">RFC 9110, section 10.2.3</a>
 */
final class RetryAfter {

    static final Duration LONGEST = Duration.ofHours(1);

    private RetryAfter() {}

    /**
     * What an answer says. A date is compared with that of the answer, since it is told by the same clock (U34).
     *
     * @return how long to wait, or null if it does not say
     */
    static @Nullable Duration of(HttpHeaders headers) {
        String now = headers.get(HttpHeaderNames.DATE);
        Date date = now == null ? null : DateFormatter.parseHttpDate(now);
        return parse(headers.get(HttpHeaderNames.RETRY_AFTER), date == null ? Instant.now() : date.toInstant());
    }

    /**
     * @param value the header, or null
     * @param now the time that a date is compared with
     * @return how long to wait, or null if the header does not say
     */
    static @Nullable Duration parse(@Nullable String value, Instant now) {
        if (value == null || value.isBlank()) {
            return null;
        }
        String text = value.strip();
        Duration wait = text.chars().allMatch(c -> c >= '0' && c <= '9') ? ofSeconds(text) : untilDate(text, now);
        if (wait == null || wait.compareTo(LONGEST) > 0) {
            return wait == null ? null : LONGEST;
        }
        return wait.isNegative() ? Duration.ZERO : wait;
    }

    private static Duration ofSeconds(String digits) {
        return digits.length() > 9 ? LONGEST : Duration.ofSeconds(Long.parseLong(digits));
    }

    private static @Nullable Duration untilDate(String text, Instant now) {
        Date date = DateFormatter.parseHttpDate(text);
        return date == null ? null : Duration.between(now, date.toInstant());
    }
}
