package io.sluice.gateway.error;

/** A bound of the gateway itself is reached: connections, memory for manifests, flights. */
public final class OverloadedException extends PullException {

    /** @param bound which bound, and how large it is */
    public OverloadedException(String bound) {
        super(bound);
    }

    @Override
    public boolean isOutage() {
        return true;
    }
}
