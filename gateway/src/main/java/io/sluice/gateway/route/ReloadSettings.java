package io.sluice.gateway.route;

import java.time.Duration;

/**
 * How a change of the configuration is noticed: {@code sluice.reload}.
 *
 * @param interval how often the files are looked at; zero: only when the process is told to by SIGHUP
 * @param quietFor how long a change must stay as it is before it is taken over: somebody may be in the middle of writing
 */
public record ReloadSettings(Duration interval, Duration quietFor) {

    /** What holds where the configuration says nothing. */
    static final ReloadSettings DEFAULT = new ReloadSettings(Duration.ofSeconds(5), Duration.ofMillis(500));
}
