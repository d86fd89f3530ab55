package io.sluice.testing.process;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A command that has ended.
 *
 * @param words its command line
 * @param status its exit status
 * @param output the bytes of its standard output
 * @param errors its standard error
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and nobody writes to it
public record Finished(List<String> words, int status, byte[] output, String errors) {

    /** Itself; another status than 0 fails the test. */
    public Finished succeeded() {
        if (status != 0) {
            throw new AssertionError(String.join(" ", words) + " ended with " + status + ":\n" + errors + text());
        }
        return this;
    }

    /** Its standard output without surrounding white space. */
    public String text() {
        return new String(output, StandardCharsets.UTF_8).strip();
    }
}
