package io.sluice.testing.process;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A request as a registry's access log shows it, in Apache's common format. */
public record LoggedRequest(String method, String path, int status) {

    private static final Pattern LINE = Pattern.compile("\\] \"(GET|HEAD|POST|PUT|PATCH) (\\S+) HTTP/[\\d.]+\" (\\d+)");

    /** Reads a line of the log; most are no requests. */
    public static Optional<LoggedRequest> parse(String line) {
        Matcher matcher = LINE.matcher(line);
        return matcher.find()
                ? Optional.of(new LoggedRequest(matcher.group(1), matcher.group(2), Integer.parseInt(matcher.group(3))))
                : Optional.empty();
    }
}
