package io.sluice.gateway.pull;

import io.sluice.cache.blob.BlobWriter;
import io.sluice.gateway.pull.BlobSettings.Leaving;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Schedulers;

/**
 * What becomes of a fetch that nobody reads (C02): it goes on when what is left should not take long, and is stopped when
 * it does all the same; else it is stopped as soon as it is clear that nobody comes back.
 */
final class Abandonment implements Disposable {

    private final BlobWriter writer;
    private final LongSupplier size;
    private final long presentBefore;
    private volatile long landedAt;
    private final Runnable stop;
    private final Leaving settings;
    private final Disposable.Swap timer = Disposables.swap();

    /** Nobody reads it, and it is not worth going on. */
    static final class AbandonedException extends RuntimeException {

        AbandonedException() {
            super("nobody reads it", null, false, false);
        }
    }

    /**
     * @param size the length of the whole blob, bytes, or -1
     * @param stop called when it is not worth it; more than once if someone came and left meanwhile
     */
    Abandonment(BlobWriter writer, LongSupplier size, Runnable stop, Leaving settings) {
        this.writer = writer;
        this.size = size;
        this.presentBefore = writer.written();
        this.stop = stop;
        this.settings = settings;
    }

    /** From now on the readers are watched; those who wanted to be one may have left before. */
    void watch() {
        landedAt = System.nanoTime();
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
        if (timeLeft().compareTo(settings.finishWithin()) <= 0) {
            after(settings.finishWithin(), this::stopUnlessRead);
        } else {
            stop.run();
        }
    }

    /** About how long it takes until all of it is there. */
    private Duration timeLeft() {
        long whole = size.getAsLong();
        long came = writer.written() - presentBefore;
        if (whole < 0 || came <= 0 && writer.written() < whole) {
            return Duration.ofSeconds(Long.MAX_VALUE);
        }
        double perNanosecond = (double) came / (System.nanoTime() - landedAt);
        return Duration.ofNanos((long) ((whole - writer.written()) / perNanosecond));
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
