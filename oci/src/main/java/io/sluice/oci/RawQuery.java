package io.sluice.oci;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The query of a request as it came over the wire. Parameters are decoded when they are asked for; what nobody asks for
 * is passed over.
 *
 * @param text what stands behind the {@code ?}, without it; empty when there is none
 */
record RawQuery(String text) {

    /** More digits than these do not fit an int, whatever they are. */
    private static final int MAX_DIGITS = 9;

    private static final int MAX_PAGE_LENGTH = 4096;

    /** containerd's name of the registry that it means, or null. Said twice it names no route (C19). */
    @Nullable
    String namespace() {
        return single("ns", OciError.Code.NAME_UNKNOWN);
    }

    /** How long a page of the tag list may be, in tags; {@link Integer#MAX_VALUE} stands for more; or null (C23). */
    @Nullable
    Integer pageSize() {
        String digits = single("n", OciError.Code.PAGINATION_NUMBER_INVALID);
        if (digits == null) {
            return null;
        }
        if (!isNumber(digits)) {
            throw new MalformedRequestException(
                    OciError.Code.PAGINATION_NUMBER_INVALID, "invalid page size", digits, "n as a whole number");
        }
        return digits.length() > MAX_DIGITS ? Integer.MAX_VALUE : Integer.parseInt(digits);
    }

    /** The tag behind which the list goes on, any text, or null. */
    @Nullable
    String last() {
        return single("last", OciError.Code.NAME_INVALID);
    }

    /** The type to filter referrers by, any text, or null. */
    @Nullable
    String artifactType() {
        return single("artifactType", OciError.Code.NAME_INVALID);
    }

    /** The query that a page's {@code Link} led to at the upstream, still encoded, or null. */
    @Nullable
    String page() {
        String query = single("page", OciError.Code.PAGINATION_NUMBER_INVALID);
        if (query != null && !isPlainQuery(query)) {
            throw new MalformedRequestException(
                    OciError.Code.PAGINATION_NUMBER_INVALID, "invalid page", query, "a page that a Link led to");
        }
        return query;
    }

    /** Whether a text can be a query as it stands (RFC 3986, section 3.4), of at most 4,096 characters. */
    static boolean isPlainQuery(String query) {
        for (int i = 0; i < query.length(); i++) {
            char c = query.charAt(i);
            boolean word = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
            if (!word && "-._~%!$&'()*+,;=:@/?".indexOf(c) < 0) {
                return false;
            }
        }
        return !query.isEmpty() && query.length() <= MAX_PAGE_LENGTH;
    }

    /**
     * The decoded value of a parameter that may stand once, or null.
     *
     * @param whenRepeated the error when it stands more often: another reader might take another of the values
     */
    private @Nullable String single(String name, OciError.Code whenRepeated) {
        int start = find(name, 0);
        if (start < 0) {
            return null;
        }
        int end = endOf(start);
        if (find(name, end + 1) >= 0) {
            throw new MalformedRequestException(whenRepeated, "repeated parameter", text, "'" + name + "' once");
        }
        int value = start + name.length() + 1;
        return value > end ? "" : decode(text.substring(value, end));
    }

    /** Where a parameter of this name starts, at or behind a position that begins a parameter, or -1. */
    private int find(String name, int from) {
        for (int start = from; start < text.length(); start = endOf(start) + 1) {
            int behind = start + name.length();
            if (text.startsWith(name, start) && (behind == endOf(start) || text.charAt(behind) == '=')) {
                return start;
            }
        }
        return -1;
    }

    private int endOf(int start) {
        int ampersand = text.indexOf('&', start);
        return ampersand < 0 ? text.length() : ampersand;
    }

    private static String decode(String value) {
        try {
            return URLDecoder.decode(value, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new MalformedRequestException(
                    OciError.Code.NAME_INVALID, "undecodable query", value, "percent-encoded UTF-8");
        }
    }

    private static boolean isNumber(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return !text.isEmpty();
    }
}
