package io.sluice.gateway.upstream;

import io.sluice.gateway.error.PullException;

/** Nothing of an answer was used, and a fresh connection may well bring one: the request may be repeated, once. */
final class Unanswered extends RuntimeException {

    private final transient PullException failure;

    /** @param failure what to report when it is not repeated */
    Unanswered(PullException failure) {
        super(failure.getMessage(), failure, false, false);
        this.failure = failure;
    }

    PullException failure() {
        return failure;
    }
}
