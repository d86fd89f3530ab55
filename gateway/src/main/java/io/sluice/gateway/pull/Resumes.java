package io.sluice.gateway.pull;

import io.sluice.gateway.pull.BlobSettings.Resuming;
import java.time.Duration;
import java.util.Optional;

/**
 * How often a body that breaks off may still be continued: a few times, and only if the last time brought something. Who
 * gets far enough has all of them again (U06, U07, U08).
 */
final class Resumes {

    private final Resuming settings;
    private int used;
    private long countedFrom;
    private long lastAt = -1;

    /** @param written where the body begins */
    Resumes(Resuming settings, long written) {
        this.settings = settings;
        this.countedFrom = written;
    }

    /**
     * Asks for one more.
     *
     * @param written how many bytes of the blob are there
     * @return how long to wait before it; empty when there is none left
     */
    Optional<Duration> next(long written) {
        if (written == lastAt) {
            return Optional.empty();
        }
        if (written - countedFrom >= settings.progress()) {
            used = 0;
            countedFrom = written;
        }
        if (used == settings.pauses().size()) {
            return Optional.empty();
        }
        lastAt = written;
        return Optional.of(settings.pauses().get(used++));
    }
}
