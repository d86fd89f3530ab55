package io.sluice.gateway.pull;

import java.time.Duration;
import java.util.List;

/**
 * What a fetch of a blob puts up with.
 *
 * @param resuming how often a body that breaks off is continued
 * @param slowest what is too slow (U31)
 * @param leaving what becomes of a fetch that nobody reads (C02)
 * @param ahead how long a range waits for the fetch to get there (C06)
 * @param uncachedFor how long a blob that did not fit is passed through without another try (G15)
 */
record BlobSettings(Resuming resuming, Slowest slowest, Leaving leaving, Ahead ahead, Duration uncachedFor) {

    static final BlobSettings DEFAULT = new BlobSettings(
            new Resuming(List.of(Duration.ZERO, Duration.ofSeconds(1), Duration.ofSeconds(3)), 1024 * 1024),
            new Slowest(64 * 1024, Duration.ofSeconds(60)),
            new Leaving(Duration.ofSeconds(1), Duration.ofSeconds(60)),
            new Ahead(Duration.ofSeconds(2), Duration.ofSeconds(30)),
            Duration.ofSeconds(60));

    /**
     * How often a body that breaks off is continued.
     *
     * @param pauses how long is waited before each time
     * @param progress after how many more bytes they are counted from the first again
     */
    record Resuming(List<Duration> pauses, long progress) {

        Resuming {
            pauses = List.copyOf(pauses);
        }
    }

    /**
     * What is too slow: fewer bytes than these in so much time, while more was asked for.
     *
     * @param bytes how many
     * @param within in which time
     */
    record Slowest(long bytes, Duration within) {}

    /**
     * What becomes of a fetch that nobody reads.
     *
     * @param grace how soon another reader may come: clients that read ranges in parallel come and go
     * @param finishWithin how long it may go on, if that is enough for what is left
     */
    record Leaving(Duration grace, Duration finishWithin) {}

    /**
     * How long a range waits for the fetch to get there, before it is asked for by itself.
     *
     * @param bounded when it has an end
     * @param open when it has none: then it is as good as the rest of the blob
     */
    record Ahead(Duration bounded, Duration open) {}
}
