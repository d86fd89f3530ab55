package io.sluice.gateway.pull;

import io.sluice.gateway.error.OverloadedException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory that all manifests being fetched may take together. What does not fit fails at once: waiting for memory
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
        if (taken.addAndGet(bytes) > limit) {
            taken.addAndGet(-bytes);
            throw new OverloadedException("manifests in flight take more than " + limit + " bytes");
        }
    }

    void giveBack(long bytes) {
        taken.addAndGet(-bytes);
    }

    long taken() {
        return taken.get();
    }
}
