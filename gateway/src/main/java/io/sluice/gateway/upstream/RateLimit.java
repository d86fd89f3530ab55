package io.sluice.gateway.upstream;

import io.netty.handler.codec.http.HttpHeaders;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an answer says of the budget of requests. There are four ways to say it: Docker Hub's
 * {@code ratelimit-remaining: 76;w=21600}, the three headers {@code RateLimit-Limit}, {@code -Remaining} and
 * {@code -Reset}, one header {@code RateLimit: limit=100, remaining=76, reset=60}, and
 * {@code RateLimit: "name";r=76;t=60} with {@code RateLimit-Policy: "name";q=100;w=21600}.
 *
 * @param limit how many requests there are in a window, or null
 * @param remaining how many are left, or null
 * @param window after how long this no longer holds, or null
 * @see <a href="https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/">RateLimit header fields for
 *     HTTP</a>
 */
record RateLimit(
        @Nullable Long limit,
        @Nullable Long remaining,
        @Nullable Duration window) {

    /** What is said to hold for longer is not believed to. */
    static final Duration LONGEST_WINDOW = Duration.ofDays(1);

    private static final int MAX_LENGTH = 1_024;
    private static final int MAX_DIGITS = 15;
    private static final String HEADER = "ratelimit";

    /** Reads the headers of an answer; null when they say nothing. */
    static @Nullable RateLimit of(HttpHeaders headers) {
        String together = text(headers, HEADER);
        RateLimit said = together == null ? ofSeveral(headers) : ofOne(together, headers);
        return said.limit == null && said.remaining == null ? null : said;
    }

    private static RateLimit ofSeveral(HttpHeaders headers) {
        Item limit = first(text(headers, "ratelimit-limit"));
        Item remaining = first(text(headers, "ratelimit-remaining"));
        Long reset = number(text(headers, "ratelimit-reset"));
        Long window = remaining.number("w") == null ? limit.number("w") : remaining.number("w");
        return new RateLimit(number(limit.value), number(remaining.value), duration(reset == null ? window : reset));
    }

    private static RateLimit ofOne(String value, HttpHeaders headers) {
        List<Item> items = items(value);
        Item dictionary = new Item("", dictionary(items));
        if (dictionary.number("remaining") != null) {
            return new RateLimit(
                    dictionary.number("limit"), dictionary.number("remaining"), duration(dictionary.number("reset")));
        }
        return items.stream()
                .filter(item -> item.number("r") != null)
                .min(Comparator.comparingLong(RateLimit::remainingOf))
                .map(item -> ofPolicy(item, items(text(headers, "ratelimit-policy"))))
                .orElseGet(() -> new RateLimit(null, null, null));
    }

    private static long remainingOf(Item item) {
        Long remaining = item.number("r");
        return remaining == null ? Long.MAX_VALUE : remaining;
    }

    private static RateLimit ofPolicy(Item item, List<Item> policies) {
        Long limit = policies.stream()
                .filter(policy -> policy.value.equals(item.value) && policy.number("q") != null)
                .findFirst()
                .map(policy -> policy.number("q"))
                .orElse(null);
        return new RateLimit(limit, item.number("r"), duration(item.number("t")));
    }

    private static @Nullable Duration duration(@Nullable Long seconds) {
        return seconds == null ? null : Duration.ofSeconds(Math.min(seconds, LONGEST_WINDOW.toSeconds()));
    }

    private static @Nullable String text(HttpHeaders headers, String name) {
        String value = headers.get(name);
        return value == null || value.length() > MAX_LENGTH ? null : value;
    }

    /** A whole number at the beginning of a text, or null. */
    private static @Nullable Long number(@Nullable String text) {
        int digits = 0;
        while (text != null && digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
            digits++;
        }
        return text == null || digits == 0 || digits > MAX_DIGITS ? null : Long.valueOf(text.substring(0, digits));
    }

    /** Something with parameters: {@code 100;w=60}. */
    private record Item(String value, Map<String, String> parameters) {

        @Nullable
        Long number(String parameter) {
            return RateLimit.number(parameters.get(parameter));
        }
    }

    private static Item first(@Nullable String text) {
        List<Item> items = items(text);
        return items.isEmpty() ? new Item("", Map.of()) : items.getFirst();
    }

    private static List<Item> items(@Nullable String text) {
        return text == null
                ? List.of()
                : split(text, ',').stream().map(RateLimit::item).toList();
    }

    private static Item item(String text) {
        List<String> parts = split(text, ';');
        Map<String, String> parameters = new HashMap<>();
        parts.stream().skip(1).forEach(part -> putPair(parameters, part));
        return new Item(parts.getFirst(), parameters);
    }

    private static Map<String, String> dictionary(List<Item> items) {
        Map<String, String> pairs = new HashMap<>();
        items.forEach(item -> putPair(pairs, item.value));
        return pairs;
    }

    private static void putPair(Map<String, String> pairs, String text) {
        int equals = text.indexOf('=');
        if (equals > 0) {
            pairs.put(
                    text.substring(0, equals).strip().toLowerCase(Locale.ROOT),
                    text.substring(equals + 1).strip());
        }
    }

    /** The parts between separators that are not in quotes; at least one. */
    private static List<String> split(String text, char separator) {
        List<String> parts = new ArrayList<>();
        boolean quoted = false;
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            quoted ^= c == '"';
            if (c == separator && !quoted) {
                parts.add(text.substring(start, i).strip());
                start = i + 1;
            }
        }
        parts.add(text.substring(start).strip());
        return parts;
    }
}
