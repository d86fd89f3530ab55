package io.sluice.benchmarks.client;

import java.io.IOException;
import java.time.Duration;

/**
 * Reads 64 KiB and then nothing for longer than a server should bear with, 130 s to 150 s. Then it looks whether it was
 * dropped, and begins anew.
 */
final class StoppingReader extends Reader {

    private static final int FILL = 64 * 1024;
    private static final int LOOKS = 64;
    private static final Duration SHORT_PAUSE = Duration.ofMillis(200);
    private static final Duration STOP = Duration.ofSeconds(130);
    private static final Duration SPREAD = Duration.ofSeconds(20);

    private boolean stopped;

    StoppingReader(ReaderCrowd crowd) {
        super(crowd, Pace.SLOW);
    }

    @Override
    Duration begin() {
        stopped = false;
        return SHORT_PAUSE;
    }

    @Override
    Duration proceed(Connection current) throws IOException {
        if (stopped) {
            readWhatIsLeft(current);
            crowd().tally().left();
            disconnect();
            return SHORT_PAUSE;
        }
        crowd().tally().read(current.read(crowd().scratch(), FILL));
        stopped = current.received() >= FILL;
        return stopped ? STOP.plus(crowd().random(SPREAD)) : SHORT_PAUSE;
    }

    @Override
    void hungUp(String reason) {
        crowd().tally().hungUpOnStopped();
    }

    /** As far as the end of the connection, if the server has closed it, which is an exception. */
    private void readWhatIsLeft(Connection current) throws IOException {
        int count = 1;
        for (int i = 0; i < LOOKS && count > 0; i++) {
            count = current.read(crowd().scratch());
            crowd().tally().read(count);
        }
    }
}
