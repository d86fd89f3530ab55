package io.sluice.testing;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A complete, well-formed answer of a {@link ScriptedUpstream}. {@code Content-Length} is added unless a header says
 * otherwise; to a HEAD the body is left away.
 *
 * @param status the status
 * @param headers the headers
 * @param body the body; not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Answer(int status, Map<String, String> headers, byte[] body) {

    private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d*)");

    /** An answer without a body. */
    public static Answer of(int status) {
        return new Answer(status, Map.of(), new byte[0]);
    }

    /** A JSON answer. */
    public static Answer json(int status, String json) {
        return new Answer(status, Map.of("Content-Type", "application/json"), json.getBytes(StandardCharsets.UTF_8));
    }

    /** What a registry answers that has this manifest. */
    public static Answer manifest(Images.Content manifest) {
        return new Answer(
                200,
                Map.of("Content-Type", manifest.mediaType(), "Docker-Content-Digest", manifest.digest()),
                manifest.bytes());
    }

    /** What a registry answers that has this blob: all of it, or the one range that is asked for (RFC 9110, 14.2). */
    public static Answer blob(RecordedRequest request, byte[] blob) {
        Matcher range = RANGE.matcher(request.header("Range").orElse(""));
        if (!range.matches()) {
            return new Answer(200, Map.of("Content-Type", "application/octet-stream"), blob);
        }
        int first = Integer.parseInt(range.group(1));
        int last = range.group(2).isEmpty() ? blob.length - 1 : Integer.parseInt(range.group(2));
        if (first >= blob.length) {
            return new Answer(416, Map.of("Content-Range", "bytes */" + blob.length), new byte[0]);
        }
        last = Math.min(last, blob.length - 1);
        byte[] part = Arrays.copyOfRange(blob, first, last + 1);
        return new Answer(
                206,
                Map.of(
                        "Content-Type",
                        "application/octet-stream",
                        "Content-Range",
                        "bytes " + first + "-" + last + "/" + blob.length),
                part);
    }

    /** The head as it goes over the wire, with the empty line behind it. */
    public String head() {
        StringBuilder head = new StringBuilder("HTTP/1.1 ").append(status).append(" scripted\r\n");
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        boolean framed = headers.keySet().stream()
                .anyMatch(
                        name -> name.equalsIgnoreCase("Content-Length") || name.equalsIgnoreCase("Transfer-Encoding"));
        if (!framed && status != 204 && status != 304) {
            head.append("Content-Length: ").append(body.length).append("\r\n");
        }
        return head.append("\r\n").toString();
    }
}
