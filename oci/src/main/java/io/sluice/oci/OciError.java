package io.sluice.oci;

import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * One entry of the error body that every client of the protocol reads: {@code {"errors":[{"code", "message",
 * "detail"}]}}.
 *
 * @param code what went wrong, for programs
 * @param message what went wrong, for people
 * @param detail the offending value or the reason, or null
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#error-codes">OCI
 *     distribution-spec 1.1, Error codes</a>
 */
public record OciError(Code code, String message, @Nullable String detail) {

    /** The longest detail that is repeated to a client, in characters. */
    static final int MAX_DETAIL_LENGTH = 256;

    /** The codes in use: those of the specification, and {@link #UNAVAILABLE} and {@link #UNKNOWN} of distribution. */
    public enum Code {
        BLOB_UNKNOWN,
        DENIED,
        DIGEST_INVALID,
        MANIFEST_INVALID,
        MANIFEST_UNKNOWN,
        NAME_INVALID,
        NAME_UNKNOWN,
        PAGINATION_NUMBER_INVALID,
        RANGE_INVALID,
        TOOMANYREQUESTS,
        UNAUTHORIZED,
        UNAVAILABLE,
        UNKNOWN,
        UNSUPPORTED
    }

    /** The error body, as JSON in ASCII. */
    public String toJson() {
        StringBuilder json =
                new StringBuilder(128).append("{\"errors\":[{\"code\":\"").append(code);
        json.append("\",\"message\":");
        quote(json, message);
        if (detail != null) {
            json.append(",\"detail\":");
            quote(json, abbreviated(detail));
        }
        return json.append("}]}").toString();
    }

    private static String abbreviated(String detail) {
        if (detail.length() <= MAX_DETAIL_LENGTH) {
            return detail;
        }
        boolean splitsPair = Character.isHighSurrogate(detail.charAt(MAX_DETAIL_LENGTH - 1));
        return detail.substring(0, splitsPair ? MAX_DETAIL_LENGTH - 1 : MAX_DETAIL_LENGTH) + "…";
    }

    private static void quote(StringBuilder json, String text) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ' || c > '~') {
                json.append("\\u").append(HexFormat.of().toHexDigits(c));
            } else {
                json.append(c);
            }
        }
        json.append('"');
    }
}
