package io.sluice.benchmarks.client;

import java.time.Duration;

/** Hangs up after at most 20 s or 32 MiB, and comes back within 2 s. */
final class LeavingReader extends Reader {

    private static final Duration STAY = Duration.ofSeconds(20);
    private static final Duration ABSENCE = Duration.ofSeconds(2);
    private static final int APPETITE = 32 * 1024 * 1024;

    private long appetite;

    LeavingReader(ReaderCrowd crowd) {
        super(crowd, Pace.EAGER);
    }

    @Override
    Duration begin() {
        appetite = crowd().random(APPETITE);
        return crowd().random(STAY);
    }

    @Override
    Duration proceed(Connection current) {
        leave();
        return crowd().random(ABSENCE);
    }

    @Override
    void advance(Connection current) {
        if (current.received() > appetite) {
            leave();
        }
    }

    @Override
    void hungUp(String reason) {
        crowd().tally().failed(reason);
    }

    private void leave() {
        crowd().tally().left();
        disconnect();
    }
}
