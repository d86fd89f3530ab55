package io.sluice.benchmarks.client;

import java.io.IOException;
import java.time.Duration;

/** Reads some 160 KiB a second, hangs up after at most 20 s, and comes back within 2 s. */
final class LeavingReader extends Reader {

    private static final int STEP = 16 * 1024;
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final Duration STAY = Duration.ofSeconds(20);
    private static final Duration ABSENCE = Duration.ofSeconds(2);

    private long turnsLeft;

    LeavingReader(ReaderCrowd crowd) {
        super(crowd, Pace.SLOW);
    }

    @Override
    Duration begin() {
        turnsLeft = crowd().random(STAY).dividedBy(PAUSE);
        return PAUSE;
    }

    @Override
    Duration proceed(Connection current) throws IOException {
        crowd().tally().read(current.read(crowd().scratch(), STEP));
        if (turnsLeft-- > 0) {
            return PAUSE;
        }
        crowd().tally().left();
        disconnect();
        return crowd().random(ABSENCE);
    }

    @Override
    void hungUp(String reason) {
        crowd().tally().failed(reason);
    }
}
