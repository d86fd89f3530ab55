package io.sluice.gateway.error;

/** The configuration forbids this pull. A client is told what it would be told of something that does not exist (T30). */
public final class PullDeniedException extends PullException {

    /** @param reason why, for logs and meters */
    public PullDeniedException(String reason) {
        super("not to be pulled: " + reason);
    }
}
