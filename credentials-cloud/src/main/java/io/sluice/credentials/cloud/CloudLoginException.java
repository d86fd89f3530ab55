package io.sluice.credentials.cloud;

/** A cloud gave no login. The message holds no secret; that of the cause is the SDK's, and not for everyone. */
public final class CloudLoginException extends RuntimeException {

    /**
     * @param reason why, fit for a client
     * @param cause what the SDK reported
     */
    public CloudLoginException(String reason, Throwable cause) {
        super(reason, cause);
    }
}
