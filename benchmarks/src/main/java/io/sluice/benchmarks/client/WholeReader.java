package io.sluice.benchmarks.client;

import java.io.IOException;
import java.time.Duration;

/** Reads all of it as fast as it can, and then all of it again. */
final class WholeReader extends Reader {

    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

    WholeReader(ReaderCrowd crowd) {
        super(crowd, Pace.EAGER);
    }

    @Override
    Duration begin() {
        return BETWEEN_LOOKS;
    }

    @Override
    Duration proceed(Connection current) {
        return BETWEEN_LOOKS;
    }

    @Override
    void advance(Connection current) throws IOException {
        if (current.isComplete()) {
            crowd().tally().completed();
            current.ask(false);
        }
    }

    @Override
    void hungUp(String reason) {
        crowd().tally().failed(reason);
    }
}
