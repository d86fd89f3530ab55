package io.sluice.gateway.server;

import io.sluice.gateway.metrics.PullRecord;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A line of the access log, {@code key=value} with single spaces between. Values hold neither spaces nor control
 * characters, so that one request is one line and one field is one field (T19); of the query only {@code ns} is told,
 * of the headers nothing (T20).
 *
 * @param id names the request
 * @param method the method as received
 * @param path the path as received, still encoded; what is behind a question mark is left out
 * @param namespace the value of {@code ns} in the query as received, or null
 * @param transfer how the answer left
 * @param pull what the request pulled, if it came that far
 * @param millis from the head of the request to the end of the answer, in milliseconds
 */
record AccessLine(
        String id,
        String method,
        String path,
        @Nullable String namespace,
        Transfer transfer,
        Optional<PullRecord> pull,
        long millis) {

    private static final int MAX_PATH_LENGTH = 512;
    private static final int MAX_NAME_LENGTH = 255;
    private static final int MAX_METHOD_LENGTH = 32;

    /** A line may have to wait: it keeps no more than it tells. */
    AccessLine {
        path = cut(pathAlone(path), MAX_PATH_LENGTH);
        namespace = namespace == null ? null : cut(namespace, MAX_NAME_LENGTH);
    }

    /** One character more, to see that there were more. */
    private static String cut(String value, int length) {
        return value.length() <= length ? value : value.substring(0, length + 1);
    }

    @Override
    public String toString() {
        StringBuilder line = new StringBuilder(256).append("id=").append(id);
        field(line, "method", method, MAX_METHOD_LENGTH);
        field(line, "path", path, MAX_PATH_LENGTH);
        field(line, "ns", namespace == null ? "" : namespace, MAX_NAME_LENGTH);
        field(line, "status", transfer.status() == 0 ? "" : Integer.toString(transfer.status()), MAX_NAME_LENGTH);
        field(line, "route", pull.map(PullRecord::route).orElse(""), MAX_NAME_LENGTH);
        field(line, "repository", pull.map(PullRecord::repository).orElse(""), MAX_NAME_LENGTH);
        field(line, "outcome", pull.map(record -> record.outcome().label()).orElse(""), MAX_NAME_LENGTH);
        line.append(" bytes=").append(transfer.bytes()).append(" ms=").append(millis);
        return line.append(transfer.complete() ? " end=complete" : " end=aborted")
                .toString();
    }

    /** A target that was refused has not been taken apart: what stands behind its path is none of the log's business. */
    private static String pathAlone(String path) {
        int query = path.indexOf('?');
        return query < 0 ? path : path.substring(0, query);
    }

    /** The value of {@code ns} in a query, or null; not one with an {@code @}, in front of which a credential may stand. */
    static @Nullable String namespaceIn(@Nullable String query) {
        if (query == null) {
            return null;
        }
        for (String parameter : query.split("&")) {
            if (parameter.startsWith("ns=")) {
                String value = parameter.substring("ns=".length());
                return value.contains("@") || value.contains("%40") ? "?" : value;
            }
        }
        return null;
    }

    private static void field(StringBuilder line, String name, String value, int maxLength) {
        line.append(' ').append(name).append('=');
        if (value.isEmpty()) {
            line.append('-');
        }
        int end = Math.min(value.length(), maxLength);
        int plain = lengthOfPlain(value, end);
        line.append(value, 0, plain);
        for (int i = plain; i < end; i++) {
            char c = value.charAt(i);
            if (isPlain(c)) {
                line.append(c);
            } else {
                line.append(String.format("\\u%04x", (int) c));
            }
        }
        if (end < value.length()) {
            line.append("...");
        }
    }

    /** How many characters there are in front of the first that has to be escaped: mostly all. */
    private static int lengthOfPlain(String value, int end) {
        int i = 0;
        while (i < end && isPlain(value.charAt(i))) {
            i++;
        }
        return i;
    }

    private static boolean isPlain(char c) {
        return c > ' ' && c <= '~' && c != '"' && c != '\\' && c != '=';
    }
}
