package io.sluice.testing;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The head of a request or a response, exactly as it came over the wire.
 *
 * @param text start line and header lines, with their line ends, without the empty line behind them
 */
public record HttpHead(String text) {

    /** The longest head that is read, bytes. */
    public static final int MAX_LENGTH = 64 * 1024;

    private static final String END = "\r\n\r\n";

    /**
     * Reads a head, byte by byte, and nothing behind it.
     *
     * @return the head, or null when the stream ends before its first byte
     * @throws EOFException when the stream ends within it
     */
    static @Nullable HttpHead read(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream(512);
        int matched = 0;
        while (matched < END.length()) {
            int next = in.read();
            if (next < 0 && head.size() == 0) {
                return null;
            }
            if (next < 0) {
                throw new EOFException("the stream ended within a head: " + head);
            }
            if (head.size() == MAX_LENGTH) {
                throw new IOException("a head of more than " + MAX_LENGTH + " bytes");
            }
            head.write(next);
            matched = next == END.charAt(matched) ? matched + 1 : next == '\r' ? 1 : 0;
        }
        String text = head.toString(StandardCharsets.ISO_8859_1);
        return new HttpHead(text.substring(0, text.length() - 2));
    }

    /** The request line or the status line. */
    public String startLine() {
        int end = text.indexOf("\r\n");
        return end < 0 ? text : text.substring(0, end);
    }

    /** The value of the first header of this name, in any case. */
    public Optional<String> header(String name) {
        return headers(name).stream().findFirst();
    }

    /** The values of every header of this name, in any case, in their order. */
    public List<String> headers(String name) {
        return text.lines()
                .skip(1)
                .filter(line ->
                        line.indexOf(':') == name.length() && line.regionMatches(true, 0, name, 0, name.length()))
                .map(line -> line.substring(name.length() + 1).strip())
                .toList();
    }

    long contentLength(long absent) {
        return header("Content-Length").map(Long::parseLong).orElse(absent);
    }

    boolean isChunked() {
        return header("Transfer-Encoding")
                .filter(value -> value.equalsIgnoreCase("chunked"))
                .isPresent();
    }

    @Override
    public String toString() {
        return text;
    }
}
