package io.sluice.oci;

/**
 * A tag: 1 to 128 characters of {@code [a-zA-Z0-9_][a-zA-Z0-9._-]*} (OCI distribution-spec 1.1, Pulling manifests).
 *
 * @param text the tag as written
 */
public record Tag(String text) implements Reference {

    /** The longest tag, in characters. */
    public static final int MAX_LENGTH = 128;

    public Tag {
        if (!isValid(text)) {
            throw new MalformedRequestException(
                    OciError.Code.NAME_INVALID,
                    "invalid tag",
                    text,
                    "1 to 128 characters of [a-zA-Z0-9_][a-zA-Z0-9._-]*");
        }
    }

    /**
     * Reads a tag.
     *
     * @throws MalformedRequestException with {@code NAME_INVALID}
     */
    public static Tag parse(String text) {
        return new Tag(text);
    }

    private static boolean isValid(String text) {
        if (text.isEmpty() || text.length() > MAX_LENGTH || text.charAt(0) == '.' || text.charAt(0) == '-') {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean word = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_';
            if (!word && c != '.' && c != '-') {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return text;
    }
}
