package io.sluice.gateway.route;

import io.sluice.gateway.upstream.RegistrySettings.Timeouts;
import java.time.Duration;

/** Reads how long a route waits for its upstream: {@code sluice.routes.<name>.timeouts}. */
final class TimeoutsReader {

    private static final Duration SHORTEST = Duration.ofMillis(100);

    /** A client has given up by then, and whatever waits with it is in the way. */
    private static final Syntax<Duration> CONNECT = between(SHORTEST, Duration.ofSeconds(30), "4s");

    private static final Syntax<Duration> FIRST_HEADER = between(SHORTEST, Duration.ofMinutes(1), "10s");
    private static final Syntax<Duration> READ = between(SHORTEST, Duration.ofMinutes(10), "30s");

    private TimeoutsReader() {}

    static Timeouts read(Section timeouts) {
        return Timeouts.DEFAULT.with(
                timeouts.value("connect", CONNECT).orElse(Timeouts.DEFAULT.connect()),
                timeouts.value("first-header", FIRST_HEADER).orElse(Timeouts.DEFAULT.firstHeader()),
                timeouts.value("read", READ).orElse(Timeouts.DEFAULT.read()));
    }

    private static Syntax<Duration> between(Duration shortest, Duration longest, String example) {
        String expectation = "a duration with its unit, from " + shortest.toMillis() + "ms to " + longest.toSeconds()
                + "s, such as " + example;
        return new Syntax<>(expectation, text -> {
            Duration duration = Syntax.DURATION.parser().apply(text);
            if (duration.compareTo(shortest) < 0 || duration.compareTo(longest) > 0) {
                throw new IllegalArgumentException("outside of the bounds");
            }
            return duration;
        });
    }
}
