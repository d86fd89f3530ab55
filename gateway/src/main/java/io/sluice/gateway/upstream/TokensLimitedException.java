package io.sluice.gateway.upstream;

/** A token endpoint gives an account no token for now: 429. Another account may have one. */
final class TokensLimitedException extends RuntimeException {

    private final Throwable failure;

    /** @param failure what to report when there is no other account */
    TokensLimitedException(Throwable failure) {
        super(failure.getMessage(), failure, false, false);
        this.failure = failure;
    }

    Throwable failure() {
        return failure;
    }
}
