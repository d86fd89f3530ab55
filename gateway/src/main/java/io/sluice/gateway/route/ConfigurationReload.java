package io.sluice.gateway.route;

import io.sluice.gateway.metrics.GatewayMetrics;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes over a configuration that was changed while the gateway runs (G05). The files are read again every few seconds; what
 * says something new is looked at once more after a moment, since somebody may be in the middle of writing it; then it
 * holds as a whole, or, with a fault in it, not at all.
 */
public final class ConfigurationReload implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ConfigurationReload.class);

    private static final Duration MOMENT = Duration.ofMillis(1);

    private final Supplier<Reading> files;
    private final Consumer<SluiceConfiguration> follower;
    private final GatewayMetrics metrics;
    private final ScheduledExecutorService thread;
    private Reading settled;
    private Reading.Valid holds;
    private @Nullable Reading noticed;
    private @Nullable Future<?> next;

    /**
     * @param files reads what is written now; may block
     * @param holds what holds now
     * @param follower takes over a configuration, all of it or, by failing, nothing
     */
    ConfigurationReload(
            Supplier<Reading> files,
            Reading.Valid holds,
            Consumer<SluiceConfiguration> follower,
            GatewayMetrics metrics) {
        this.files = files;
        this.holds = holds;
        this.settled = holds;
        this.follower = follower;
        this.metrics = metrics;
        this.thread = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("sluice-reload").daemon().factory());
    }

    /** Begins to look. */
    void start() {
        thread.execute(this::lookLater);
    }

    /** Looks now, whatever the interval is. Returns at once. */
    public void now() {
        thread.execute(this::look);
    }

    private void lookLater() {
        ReloadSettings settings = holds.configuration().reload();
        lookIn(noticed == null ? settings.interval() : atLeastAMoment(settings.quietFor()));
    }

    private static Duration atLeastAMoment(Duration pause) {
        return pause.isZero() ? MOMENT : pause;
    }

    private void lookIn(Duration pause) {
        if (next != null) {
            next.cancel(false);
        }
        next = pause.isZero() ? null : thread.schedule(this::look, pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void look() {
        try {
            consider(files.get());
        } catch (RuntimeException e) {
            log.error(
                    "The configuration could not be looked at, what holds goes on: {}",
                    e.getClass().getName(),
                    e);
        }
        lookLater();
    }

    private void consider(Reading reading) {
        if (reading.equals(settled)) {
            noticed = null;
        } else if (reading.equals(noticed)) {
            noticed = null;
            settled = reading;
            settle(reading);
        } else {
            noticed = reading;
        }
    }

    private void settle(Reading reading) {
        switch (reading) {
            case Reading.Invalid invalid -> {
                log.error(
                        "The changed configuration is not taken over, what held before goes on. {}",
                        ConfigurationFaultsAnalyzer.description(invalid.faults()));
                metrics.configurationReload(false);
            }
            case Reading.Valid valid -> takeOver(valid);
        }
    }

    private void takeOver(Reading.Valid valid) {
        try {
            follower.accept(valid.configuration());
        } catch (RuntimeException e) {
            metrics.configurationReload(false);
            throw e;
        }
        ConfigurationChange change = ConfigurationChange.between(holds, valid);
        holds = valid;
        log.info("The changed configuration holds: {}", change.ofRoutes());
        if (!change.atTheNextStart().isEmpty()) {
            log.warn("These keys have changed too, and take effect at the next start: {}", change.atTheNextStart());
        }
        metrics.configurationReload(true);
    }

    /** Looks no more. */
    @Override
    public void close() {
        thread.shutdownNow();
    }
}
