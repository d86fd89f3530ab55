package io.sluice.cache.disk;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Where blobs are kept, and how many.
 *
 * @param root a directory for them alone; it may be absent, its parent may not
 * @param limit how much they may take, bytes, with all that is being written, left behind, or deleted and still open
 * @param others what else counts against the limit, bytes
 * @param leftBehindFor how long a blob that was given up half-written can be gone on with
 * @param scrubRate how many bytes a second are read again in the background, to find what has changed by itself
 * @param clock what tells the time
 */
public record DiskBlobSettings(
        Path root, long limit, LongSupplier others, Duration leftBehindFor, long scrubRate, Clock clock) {

    private static final Duration LEFT_BEHIND_FOR = Duration.ofMinutes(10);
    private static final long SCRUB_RATE = 4L * 1024 * 1024;

    public DiskBlobSettings {
        if (limit <= 0 || scrubRate <= 0 || leftBehindFor.isNegative()) {
            throw new IllegalArgumentException("limit " + limit + ", scrubRate " + scrubRate + " and leftBehindFor "
                    + leftBehindFor + " must be positive");
        }
    }

    /** What is left behind stays for ten minutes, and 4 MiB a second are read again. */
    public static DiskBlobSettings of(Path root, long limit) {
        return new DiskBlobSettings(root, limit, () -> 0, LEFT_BEHIND_FOR, SCRUB_RATE, Clock.systemUTC());
    }

    /** The same beside others that count as well. */
    public DiskBlobSettings beside(LongSupplier otherBytes) {
        return new DiskBlobSettings(root, limit, otherBytes, leftBehindFor, scrubRate, clock);
    }

    /** The same with another clock. */
    public DiskBlobSettings withClock(Clock other) {
        return new DiskBlobSettings(root, limit, others, leftBehindFor, scrubRate, other);
    }

    /** The same with another time for what is left behind. */
    public DiskBlobSettings withLeftBehindFor(Duration other) {
        return new DiskBlobSettings(root, limit, others, other, scrubRate, clock);
    }
}
