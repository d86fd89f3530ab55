package io.sluice.benchmarks.client;

import io.sluice.benchmarks.client.Target.Method;
import io.sluice.testing.process.Command;
import io.sluice.testing.process.Program;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Load by {@code wrk} with one thread: GETs only. After a HEAD it would wait for the body that the length announces, and
 * never ask again.
 */
public final class Wrk {

    private static final Duration SLACK = Duration.ofSeconds(30);

    private Wrk() {}

    /** Asks for it again and again, on so many connections that stay open, until the time is over. */
    public static Rate load(Target target, int connections, Duration time) {
        if (target.method() != Method.GET) {
            throw new IllegalArgumentException("wrk cannot read the answer to a " + target.method());
        }
        List<String> words = List.of(
                Program.WRK.path(),
                "--threads=1",
                "--connections=" + connections,
                "--duration=" + time.toSeconds() + "s",
                "--timeout=10s",
                "--header=Accept: " + target.accepted(),
                target.server().resolve(target.path()).toString());
        return new WrkOutput(new Command(words, Map.of(), time.plus(SLACK)).print()).rate();
    }

    /** Its version, for the record. */
    public static String version() {
        return new Command(Program.WRK.path(), "--version")
                .run()
                .text()
                .lines()
                .findFirst()
                .orElse("wrk")
                .replaceFirst(" \\[.*", "");
    }
}
