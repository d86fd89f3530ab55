package io.sluice.benchmarks;

import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.DoubleAccumulator;
import java.util.function.DoubleSupplier;

/** The most that something was, of a look at it every quarter of a second until it is closed. */
final class Peak implements AutoCloseable {

    private static final long LOOK_EVERY_MILLIS = 250;

    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final DoubleAccumulator most = new DoubleAccumulator(Math::max, Double.NEGATIVE_INFINITY);
    private final DoubleSupplier value;
    private final Future<?> looks;

    /** Begins to look. */
    Peak(DoubleSupplier value) {
        this.value = value;
        this.looks = clock.scheduleAtFixedRate(this::look, 0, LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void look() {
        most.accumulate(value.getAsDouble());
    }

    /** The most so far, looking once more. */
    double most() {
        look();
        return most.get();
    }

    @Override
    public void close() {
        looks.cancel(true);
        clock.shutdownNow();
    }
}
