package io.sluice.oci;

/**
 * Some bytes of a blob, at least one.
 *
 * @param first the position of the first one
 * @param last the position of the last one, inclusive
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-14.1.2">RFC 9110, section 14.1.2</a>
 */
public record ByteRange(long first, long last) {

    public ByteRange {
        if (first < 0 || last < first || last == Long.MAX_VALUE) {
            throw new IllegalArgumentException("bytes " + first + " to " + last + " are no range");
        }
    }

    /** How many bytes. */
    public long length() {
        return last - first + 1;
    }

    /**
     * The value of {@code Content-Range} in an answer that carries it.
     *
     * @param size the length of the whole blob, bytes, or -1 when it is not known
     */
    public String contentRange(long size) {
        return "bytes " + first + "-" + last + "/" + (size < 0 ? "*" : size);
    }
}
