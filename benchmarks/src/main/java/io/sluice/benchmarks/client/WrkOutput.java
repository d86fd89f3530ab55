package io.sluice.benchmarks.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code wrk} prints at its end.
 *
 * @param text all of it
 * @see <a href="https://github.com/wg/wrk/blob/4.1.0/src/wrk.c">wrk 4.1, main()</a>
 */
record WrkOutput(String text) {

    private static final Pattern RATE = Pattern.compile("^Requests/sec:\\s+([\\d.]+)$", Pattern.MULTILINE);
    private static final Pattern OTHER_STATUS =
            Pattern.compile("^\\s*(Non-2xx or 3xx responses: \\d+)$", Pattern.MULTILINE);
    private static final Pattern SOCKET_ERRORS = Pattern.compile("^\\s*(Socket errors: .+)$", Pattern.MULTILINE);

    /**
     * Its result.
     *
     * @throws IllegalArgumentException if it has none
     */
    Rate rate() {
        double perSecond = first(RATE)
                .map(Double::parseDouble)
                .orElseThrow(() -> new IllegalArgumentException("no requests/s in what wrk printed: " + text));
        List<String> failures = new ArrayList<>();
        first(OTHER_STATUS).ifPresent(failures::add);
        first(SOCKET_ERRORS).ifPresent(failures::add);
        return new Rate(perSecond, failures);
    }

    private Optional<String> first(Pattern pattern) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }
}
