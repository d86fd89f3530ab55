package io.sluice.gateway.error;

/** An upstream sent bytes or headers that are not what they claim to be; nothing of them is kept (T01, T03, T14). */
public final class InvalidContentException extends PullException {

    /** @param reason what was expected and what came */
    public InvalidContentException(String reason) {
        super(reason);
    }
}
