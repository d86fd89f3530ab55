package io.sluice.cache.replica;

import reactor.core.publisher.Mono;

/** The lead of this replica. It is over some seconds after it was last renewed. */
public interface BlobLease {

    /** Renews it again and again, until that is cancelled; completes when it is another's, or over. */
    Mono<Void> renewing();

    /** Gives it back, unless it is another's by now; never fails. */
    Mono<Void> release();
}
