package io.sluice.gateway.pull;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The {@code Range} of a client, reduced to what may be passed on (RFC 9110, section 14.2; T34). */
public final class RangeHeader {

    /** How many ranges one request may name. */
    private static final int MAX_RANGES = 8;

    private static final Pattern SYNTAX = Pattern.compile("bytes=" + "(\\d{1,18}-\\d{0,18}|-\\d{1,18})"
            + "(,(\\d{1,18}-\\d{0,18}|-\\d{1,18})){0," + (MAX_RANGES - 1) + "}");

    private RangeHeader() {}

    /**
     * The range to ask for, or null where the header is to be passed over and the whole is the answer: another unit,
     * another syntax, a reversed range, more than eight.
     */
    public static @Nullable String toRelay(@Nullable String header) {
        if (header == null || header.length() > 512) {
            return null;
        }
        String compact = header.replace(" ", "");
        return SYNTAX.matcher(compact).matches() && noneReversed(compact) ? compact : null;
    }

    private static boolean noneReversed(String header) {
        for (String range : header.substring("bytes=".length()).split(",")) {
            int dash = range.indexOf('-');
            boolean bounded = dash > 0 && dash < range.length() - 1;
            if (bounded && Long.parseLong(range.substring(0, dash)) > Long.parseLong(range.substring(dash + 1))) {
                return false;
            }
        }
        return true;
    }
}
