package io.sluice.gateway.pull;

import io.sluice.cache.blob.BlobWriter;

/**
 * The moment for which nothing more of an arriving blob is written, once there is a beginning: so that a crowd that waits for
 * it has its first bytes before what fetches, hashes and writes the rest competes with it for the processor. By one thread at
 * a time.
 */
final class CrowdRest {

    /** For each reader, microseconds: what beginning an answer takes on two cores. */
    private static final long FOR_EACH = 50;

    /** At the most, microseconds. */
    private static final long LONGEST = 20_000;

    /** How many readers are a crowd: for fewer it would be less than a millisecond. */
    private static final int CROWD = 20;

    private boolean hadBeginning;

    /** How long to rest now, microseconds: once, when more is written than is held back, and a crowd reads; else 0. */
    long due(BlobWriter writer) {
        if (hadBeginning || writer.written() <= HeldBackTail.SIZE) {
            return 0;
        }
        hadBeginning = true;
        int readers = writer.readers();
        return readers < CROWD ? 0 : Math.min(LONGEST, readers * FOR_EACH);
    }
}
