package io.sluice.oci;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The {@code Range} of a request, before it is known how long the blob is (RFC 9110, section 14.2).
 *
 * <p>A header that means nothing here is passed over, and the whole is the answer: another unit, another syntax, more than
 * {@value #MAX_RANGES} ranges, or ranges that overlap (T34).
 *
 * @param ranges what is asked for, in the client's order; empty for the whole
 */
public record RangeRequest(List<Spec> ranges) {

    /** How many ranges one request may name. */
    public static final int MAX_RANGES = 8;

    /** The request for the whole. */
    public static final RangeRequest WHOLE = new RangeRequest(List.of());

    private static final int MAX_LENGTH = 512;
    private static final String UNIT = "bytes=";
    private static final Pattern SPEC = Pattern.compile("(\\d*)-(\\d*)");

    public RangeRequest {
        ranges = List.copyOf(ranges);
    }

    /** One range as it is asked for. */
    public sealed interface Spec {

        /** The position of the first byte, and of the last, {@link Long#MAX_VALUE} where none is named; perhaps reversed. */
        record From(long first, long last) implements Spec {

            @Override
            public String toString() {
                return first + "-" + (last == Long.MAX_VALUE ? "" : last);
            }
        }

        /** The last bytes, so many. */
        record Suffix(long length) implements Spec {

            @Override
            public String toString() {
                return "-" + length;
            }
        }
    }

    /** What a request means for a blob of a certain length. */
    public sealed interface Selection {

        /** All of it: 200. */
        record Whole() implements Selection {}

        /** One range or several that do not overlap, in the client's order: 206. */
        record Parts(List<ByteRange> ranges) implements Selection {

            public Parts {
                ranges = List.copyOf(ranges);
            }
        }

        /** Nothing that the blob has: 416. */
        record Unsatisfiable() implements Selection {}
    }

    /** Reads a {@code Range} header; null is none. */
    public static RangeRequest parse(@Nullable String header) {
        if (header == null || header.length() > MAX_LENGTH || !header.regionMatches(true, 0, UNIT, 0, UNIT.length())) {
            return WHOLE;
        }
        List<Spec> specs = new ArrayList<>();
        for (String element : header.substring(UNIT.length()).split(",")) {
            String text = element.strip();
            if (text.isEmpty()) {
                continue; // a list may have empty elements (RFC 9110, section 5.6.1.2)
            }
            Spec spec = spec(text);
            if (spec == null || specs.size() == MAX_RANGES) {
                return WHOLE;
            }
            specs.add(spec);
        }
        return new RangeRequest(specs);
    }

    private static @Nullable Spec spec(String text) {
        Matcher matcher = SPEC.matcher(text);
        if (!matcher.matches() || text.length() == 1) {
            return null;
        }
        String first = matcher.group(1);
        String last = matcher.group(2);
        if (first.isEmpty()) {
            return new Spec.Suffix(position(last));
        }
        return new Spec.From(position(first), last.isEmpty() ? Long.MAX_VALUE : position(last));
    }

    /** A position; one that no long can hold lies behind the end of everything. */
    private static long position(String digits) {
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException e) {
            return Long.MAX_VALUE;
        }
    }

    /** Whether it asks for the whole. */
    public boolean isWhole() {
        return ranges.isEmpty();
    }

    /** The value of the header to ask an upstream the same; not for the whole. */
    public String headerValue() {
        return UNIT + String.join(",", ranges.stream().map(Object::toString).toList());
    }

    /**
     * What it means for a blob.
     *
     * @param size its length, bytes; it has to be known
     */
    public Selection select(long size) {
        if (size < 0) {
            throw new IllegalArgumentException("a blob of " + size + " bytes has no ranges");
        }
        if (isWhole()) {
            return new Selection.Whole();
        }
        List<ByteRange> parts = new ArrayList<>();
        for (Spec spec : ranges) {
            ByteRange part = part(spec, size);
            if (part != null && parts.stream().anyMatch(other -> overlap(other, part))) {
                return new Selection.Whole();
            }
            if (part != null) {
                parts.add(part);
            }
        }
        return parts.isEmpty() ? new Selection.Unsatisfiable() : new Selection.Parts(parts);
    }

    private static @Nullable ByteRange part(Spec spec, long size) {
        return switch (spec) {
            case Spec.From from ->
                from.first() >= size || from.last() < from.first()
                        ? null
                        : new ByteRange(from.first(), Math.min(from.last(), size - 1));
            case Spec.Suffix suffix ->
                suffix.length() == 0 || size == 0 ? null : new ByteRange(Math.max(0, size - suffix.length()), size - 1);
        };
    }

    private static boolean overlap(ByteRange one, ByteRange other) {
        return one.first() <= other.last() && other.first() <= one.last();
    }
}
