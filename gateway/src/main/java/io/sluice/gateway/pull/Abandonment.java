package io.sluice.gateway.pull;

import io.sluice.cache.blob.BlobWriter;
import io.sluice.gateway.pull.BlobSettings.Leaving;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Schedulers;

/**
 * What becomes of a fetch that nobody reads (C02): it goes on when what is left should not take long, and is stopped when
 * it does all the same; else it is stopped as soon as it is clear that nobody comes back.
 */
final class Abandonment implements Disposable {

    private final BlobWriter writer;
    private final Supplier<Duration> left;
    private final Runnable stop;
    private final Leaving settings;
    private final Disposable.Swap timer = Disposables.swap();

    /**
     * @param left about how long it takes until all of it is there
     * @param stop called when it is not worth it; more than once if someone came and left meanwhile
     */
    Abandonment(BlobWriter writer, Supplier<Duration> left, Runnable stop, Leaving settings) {
        this.writer = writer;
        this.left = left;
        this.stop = stop;
        this.settings = settings;
    }

    /** From now on the readers are watched; those who wanted to be one may have left before. */
    void watch() {
        writer.onDeserted(this::deserted);
        if (writer.readers() == 0) {
            deserted();
        }
    }

    private void deserted() {
        after(settings.grace(), this::judge);
    }

    private void judge() {
        if (writer.readers() > 0) {
            return;
        }
        if (left.get().compareTo(settings.finishWithin()) <= 0) {
            after(settings.finishWithin(), this::stopUnlessRead);
        } else {
            stop.run();
        }
    }

    private void stopUnlessRead() {
        if (writer.readers() == 0) {
            stop.run();
        }
    }

    private void after(Duration delay, Runnable look) {
        timer.update(Schedulers.parallel().schedule(look, delay.toMillis(), TimeUnit.MILLISECONDS));
    }

    @Override
    public void dispose() {
        timer.dispose();
    }
}
