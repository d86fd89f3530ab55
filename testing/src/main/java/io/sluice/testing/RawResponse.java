package io.sluice.testing;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * A response as a {@link RawClient} read it.
 *
 * @param head the head as it came
 * @param body the bytes of the body that came, chunks joined; not to be changed
 * @param ending how it ended
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record RawResponse(HttpHead head, byte[] body, Ending ending) {

    /** How the body of a response ended. */
    public enum Ending {
        /** As its framing promised. */
        COMPLETE,
        /** With an orderly close, before its framing allowed it. */
        SHORT,
        /** With a reset. */
        RESET
    }

    public int status() {
        return Integer.parseInt(head.startLine().split(" ", 3)[1]);
    }

    /** The value of the first header of this name, in any case. */
    public Optional<String> header(String name) {
        return head.header(name);
    }

    /** The values of every header of this name, in any case. */
    public List<String> headers(String name) {
        return head.headers(name);
    }

    /** The body as text. */
    public String bodyText() {
        return new String(body, StandardCharsets.UTF_8);
    }

    /** Whether the whole body came; a client may believe it only then. */
    public boolean isComplete() {
        return ending == Ending.COMPLETE;
    }

    @Override
    public String toString() {
        return head.startLine() + ", " + body.length + " bytes, " + ending;
    }
}
