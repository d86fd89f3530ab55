package io.sluice.gateway.upstream;

import io.sluice.gateway.error.PullException;

/** Nothing of an answer was used, and a fresh connection may well bring one: the request may be repeated, once. */
final class Unanswered extends RuntimeException {

    /** How it did not come. */
    enum Why {
        /** The host took no connection. */
        REFUSED,
        /** The connection broke before the answer. */
        BROKEN,
        /** A kept connection broke as the request was sent: the host had most likely closed it before (U28). */
        STALE_CONNECTION,
        /** It came in a content encoding that was not asked for. */
        ENCODED
    }

    private final transient PullException failure;
    private final Why why;

    /** @param failure what to report when it is not repeated */
    Unanswered(Why why, PullException failure) {
        super(failure.getMessage(), failure, false, false);
        this.why = why;
        this.failure = failure;
    }

    Why why() {
        return why;
    }

    PullException failure() {
        return failure;
    }
}
