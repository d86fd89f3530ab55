package io.sluice.testing;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * A request that a {@link ScriptedUpstream} has received.
 *
 * @param head the head as it came
 * @param body the body, by its {@code Content-Length}; not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record RecordedRequest(HttpHead head, byte[] body) {

    public String method() {
        return head.startLine().split(" ", 3)[0];
    }

    /** Path and query, as they came. */
    public String target() {
        return head.startLine().split(" ", 3)[1];
    }

    /** The path, as it came. */
    public String path() {
        int query = target().indexOf('?');
        return query < 0 ? target() : target().substring(0, query);
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

    @Override
    public String toString() {
        return head.startLine();
    }
}
