package io.sluice.benchmarks.client;

import java.io.IOException;
import java.time.Duration;

/** Reads 1 KiB a second. */
final class CrawlingReader extends Reader {

    private static final int STEP = 1024;
    private static final Duration PAUSE = Duration.ofSeconds(1);

    CrawlingReader(ReaderCrowd crowd) {
        super(crowd, Pace.SLOW);
    }

    @Override
    Duration begin() {
        return PAUSE;
    }

    @Override
    Duration proceed(Connection current) throws IOException {
        crowd().tally().read(current.read(crowd().scratch(), STEP));
        return PAUSE;
    }

    @Override
    void hungUp(String reason) {
        crowd().tally().hungUpOnCrawling();
    }
}
