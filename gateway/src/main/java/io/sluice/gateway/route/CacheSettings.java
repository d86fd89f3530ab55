package io.sluice.gateway.route;

import io.sluice.gateway.pull.Pins;
import java.nio.file.Path;
import org.springframework.util.unit.DataSize;

/**
 * The embedded cache: {@code sluice.cache}.
 *
 * @param directory everything it keeps; one process per directory; a relative path starts at the working directory
 * @param maxSize how much it may hold, files that are still being written included
 * @param pins what never leaves
 */
public record CacheSettings(Path directory, DataSize maxSize, Pins pins) {

    /** What holds where the configuration says nothing. */
    static final CacheSettings DEFAULT = new CacheSettings(Path.of("data"), DataSize.ofGigabytes(50), Pins.NONE);
}
