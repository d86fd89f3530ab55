package io.sluice.benchmarks.memory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/** What a JVM tells of its collections with {@code -Xlog:gc:file=<path>}. */
record GcLog(Path file) {

    private static final Pattern COLLECTION = Pattern.compile("Pause (?:Young|Full).* \\d+M->(\\d+)M\\(");

    /** The flag that makes a JVM write it. */
    String flag() {
        return "-Xlog:gc:file=" + file;
    }

    /** How much of the heap was in use after each collection so far, MiB, in their order. */
    double[] usedAfterEach() throws IOException {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.flatMapToDouble(GcLog::usedAfter).toArray();
        }
    }

    private static DoubleStream usedAfter(String line) {
        Matcher matcher = COLLECTION.matcher(line);
        return matcher.find() ? DoubleStream.of(Double.parseDouble(matcher.group(1))) : DoubleStream.empty();
    }
}
