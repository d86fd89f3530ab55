package io.sluice.gateway.pull;

import io.sluice.gateway.error.OverloadedException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory that all of a kind may take together. What does not fit fails at once, or does without: waiting for memory
 * that a slow upstream holds would let one upstream stop all others.
 */
final class ByteBudget {

    private final long limit;
    private final AtomicLong taken = new AtomicLong();

    /** @param limit bytes */
    ByteBudget(long limit) {
        this.limit = limit;
    }

    /** @throws OverloadedException when they do not fit */
    void take(long bytes) {
        if (!takeIfTheyFit(bytes)) {
            throw new OverloadedException("manifests in flight take more than " + limit + " bytes");
        }
    }

    /** Whether they fit; then they are taken. */
    boolean takeIfTheyFit(long bytes) {
        boolean fits = taken.addAndGet(bytes) <= limit;
        if (!fits) {
            taken.addAndGet(-bytes);
        }
        return fits;
    }

    void giveBack(long bytes) {
        taken.addAndGet(-bytes);
    }

    long taken() {
        return taken.get();
    }
}
