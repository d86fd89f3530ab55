package io.sluice.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.RawResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a {@code multipart/byteranges} body as strictly as RFC 2046 and RFC 9110 let it be written. */
final class Multipart {

    private static final Pattern TYPE = Pattern.compile("multipart/byteranges; boundary=([0-9a-f]{32})");
    private static final Pattern HEAD = Pattern.compile(
            "Content-Type: application/octet-stream\r\nContent-Range: (bytes (\\d+)-(\\d+)/(?:\\d+|\\*))\r\n\r\n");

    /** A part. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Part(String contentRange, byte[] bytes) {}

    private Multipart() {}

    /** The parts of an answer, in their order. */
    static List<Part> read(RawResponse response) {
        Matcher type = TYPE.matcher(response.header("Content-Type").orElseThrow());
        assertThat(type.matches()).as("%s", response.head()).isTrue();
        assertThat(response.header("Content-Range")).isEmpty();
        String body = new String(response.body(), StandardCharsets.ISO_8859_1);
        String delimiter = "--" + type.group(1);
        List<Part> parts = new ArrayList<>();
        int at = expect(body, 0, delimiter);
        while (!body.startsWith("--\r\n", at)) {
            at = expect(body, at, "\r\n");
            Matcher head = HEAD.matcher(body).region(at, body.length());
            assertThat(head.lookingAt()).as("a head at %d", at).isTrue();
            int length = Math.toIntExact(Long.parseLong(head.group(3)) - Long.parseLong(head.group(2)) + 1);
            at = head.end() + length;
            parts.add(new Part(head.group(1), body.substring(head.end(), at).getBytes(StandardCharsets.ISO_8859_1)));
            at = expect(body, at, "\r\n" + delimiter);
        }
        assertThat(expect(body, at, "--\r\n")).as("the end of the body").isEqualTo(body.length());
        return parts;
    }

    private static int expect(String body, int at, String text) {
        assertThat(body.startsWith(text, at)).as("%s at %d", text, at).isTrue();
        return at + text.length();
    }
}
