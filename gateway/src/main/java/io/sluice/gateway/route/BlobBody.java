package io.sluice.gateway.route;

import io.sluice.oci.ByteRange;
import io.sluice.oci.MediaTypes;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the body of an answer is made of: bytes of a blob and, where they are several ranges, the lines between them
 * (RFC 9110, section 14.6; RFC 2046, section 5.1.1).
 *
 * @param contentType the media type of the body
 * @param contentRange the value of {@code Content-Range}, or null
 * @param length how long the body is, bytes, or -1 when nobody knows
 * @param parts what it consists of, in this order
 */
record BlobBody(String contentType, @Nullable String contentRange, long length, List<Part> parts) {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int BOUNDARY_BYTES = 16;

    BlobBody {
        parts = List.copyOf(parts);
    }

    /** A piece of a body. */
    sealed interface Part {

        /** Lines of ASCII. */
        record Lines(String text) implements Part {}

        /** The bytes of the blob from one position up to, and without, a later one. */
        record Bytes(long from, long to) implements Part {}

        /** The bytes of a blob of unknown length, all of them. */
        record Everything() implements Part {}
    }

    /**
     * The body of an answer.
     *
     * @param size the length of the whole blob, bytes, or -1 when it is not known
     * @param ranges what of it is sent; none for all
     */
    static BlobBody of(long size, List<ByteRange> ranges) {
        return switch (ranges.size()) {
            case 0 -> whole(size);
            case 1 -> single(size, ranges.getFirst());
            default -> multipart(size, ranges, boundary());
        };
    }

    private static BlobBody whole(long size) {
        Part all = size < 0 ? new Part.Everything() : new Part.Bytes(0, size);
        List<Part> parts = size == 0 ? List.of() : List.of(all);
        return new BlobBody(MediaTypes.OCTET_STREAM, null, size, parts);
    }

    private static BlobBody single(long size, ByteRange range) {
        return new BlobBody(MediaTypes.OCTET_STREAM, range.contentRange(size), range.length(), List.of(bytes(range)));
    }

    /** @param boundary what no blob can know beforehand, so that none can end a part of its own accord */
    static BlobBody multipart(long size, List<ByteRange> ranges, String boundary) {
        List<Part> parts = new ArrayList<>();
        long length = 0;
        String delimiter = "--" + boundary;
        for (ByteRange range : ranges) {
            Part.Lines head = new Part.Lines(delimiter + "\r\nContent-Type: " + MediaTypes.OCTET_STREAM
                    + "\r\nContent-Range: " + range.contentRange(size) + "\r\n\r\n");
            parts.add(head);
            parts.add(bytes(range));
            length += head.text().length() + range.length();
            delimiter = "\r\n--" + boundary;
        }
        Part.Lines end = new Part.Lines(delimiter + "--\r\n");
        parts.add(end);
        return new BlobBody(
                "multipart/byteranges; boundary=" + boundary,
                null,
                length + end.text().length(),
                parts);
    }

    private static Part bytes(ByteRange range) {
        return new Part.Bytes(range.first(), range.last() + 1);
    }

    private static String boundary() {
        byte[] random = new byte[BOUNDARY_BYTES];
        RANDOM.nextBytes(random);
        return HexFormat.of().formatHex(random);
    }
}
