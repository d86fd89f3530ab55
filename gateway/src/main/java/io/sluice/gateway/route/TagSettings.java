package io.sluice.gateway.route;

import java.time.Duration;

/**
 * How long a tag is believed: {@code sluice.routes.<name>.tags}.
 *
 * @param freshFor after its confirmation it is served without asking the upstream, this long; zero asks each time
 * @param staleFor after its confirmation it is served while the upstream gives no answer, this long
 */
record TagSettings(Duration freshFor, Duration staleFor) {

    /** What holds where the configuration says nothing. */
    static final TagSettings DEFAULT = new TagSettings(Duration.ofSeconds(60), Duration.ofHours(24));
}
