package io.sluice.gateway.pull;

import io.sluice.gateway.upstream.ResponseHead;
import io.sluice.oci.ByteRange;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The part of a blob that a 206 carries (RFC 9110, section 14.4).
 *
 * @param first the first byte's position
 * @param last the last byte's position, inclusive
 * @param size the length of the whole, bytes, or -1 when it is not given
 */
record ContentRange(long first, long last, long size) {

    private static final Pattern SYNTAX = Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18}|\\*)");

    /** The range that an answer says it carries, or null when it names none. */
    static @Nullable ContentRange of(ResponseHead head) {
        String value = head.header("Content-Range");
        return value == null ? null : parse(value);
    }

    /** The range that a {@code Content-Range} value names, or null when it names none. */
    static @Nullable ContentRange parse(String value) {
        Matcher matcher = SYNTAX.matcher(value);
        if (!matcher.matches()) {
            return null;
        }
        long first = Long.parseLong(matcher.group(1));
        long last = Long.parseLong(matcher.group(2));
        long size = matcher.group(3).equals("*") ? -1 : Long.parseLong(matcher.group(3));
        boolean possible = first <= last && (size < 0 || last < size);
        return possible ? new ContentRange(first, last, size) : null;
    }

    /** The same without the length of the whole. */
    ByteRange range() {
        return new ByteRange(first, last);
    }
}
