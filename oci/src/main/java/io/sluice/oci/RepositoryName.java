package io.sluice.oci;

/**
 * The name of a repository: components of lower-case letters and digits, separated by {@code /}; within a component
 * single {@code .}, one or two {@code _}, or any number of {@code -} may separate letters and digits. At most
 * {@value #MAX_LENGTH} characters.
 *
 * @param text the name as written
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-manifests">OCI
 *     distribution-spec 1.1, Pulling manifests</a>
 */
public record RepositoryName(String text) {

    /** The longest name, in characters. */
    public static final int MAX_LENGTH = 255;

    public RepositoryName {
        if (!isValid(text)) {
            throw new MalformedRequestException(
                    OciError.Code.NAME_INVALID,
                    "invalid repository name",
                    text,
                    "at most 255 characters, lower-case components separated by '/'");
        }
    }

    /**
     * Reads a name.
     *
     * @throws MalformedRequestException with {@code NAME_INVALID}
     */
    public static RepositoryName parse(String text) {
        return new RepositoryName(text);
    }

    /** Whether the text follows the grammar. */
    public static boolean isValid(String text) {
        if (text.isEmpty() || text.length() > MAX_LENGTH) {
            return false;
        }
        int start = 0;
        while (true) {
            int slash = text.indexOf('/', start);
            int end = slash < 0 ? text.length() : slash;
            if (!isComponent(text, start, end)) {
                return false;
            }
            if (slash < 0) {
                return true;
            }
            start = slash + 1;
        }
    }

    private static boolean isComponent(String text, int start, int end) {
        int at = start;
        while (true) {
            int wordStart = at;
            while (at < end && isAlphanumeric(text.charAt(at))) {
                at++;
            }
            if (at == wordStart) {
                return false;
            }
            if (at == end) {
                return true;
            }
            at = skipSeparator(text, at, end);
        }
    }

    /** The position behind one separator, or the same position when there is none. */
    private static int skipSeparator(String text, int at, int end) {
        return switch (text.charAt(at)) {
            case '.' -> at + 1;
            case '_' -> at + 1 < end && text.charAt(at + 1) == '_' ? at + 2 : at + 1;
            case '-' -> {
                int behind = at;
                while (behind < end && text.charAt(behind) == '-') {
                    behind++;
                }
                yield behind;
            }
            default -> at;
        };
    }

    private static boolean isAlphanumeric(char c) {
        return c >= 'a' && c <= 'z' || c >= '0' && c <= '9';
    }

    @Override
    public String toString() {
        return text;
    }
}
