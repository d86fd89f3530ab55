package io.sluice.gateway.cluster;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/** Another replica does not have what it was asked for, or does not send it. The blob may come from elsewhere. */
public final class ReplicaException extends RuntimeException {

    /** Why. */
    public enum Reason {
        /** It does not take the request for one of a replica: the secrets differ. */
        REFUSED,
        /** It does not hold the blob, or does not lead. */
        ABSENT,
        /** It could not be reached, or its answer broke off or was none. */
        BROKEN,
        /** What it sends is not as long as the blob. */
        WRONG_LENGTH,
        /** It does not lead any more. */
        DEPOSED,
        /** Nothing came for too long. */
        STALLED
    }

    private final URI replica;
    private final Reason reason;

    public ReplicaException(URI replica, Reason reason, @Nullable Throwable cause) {
        super("the replica " + replica + ": " + reason + (cause == null ? "" : ", " + cause), cause, false, false);
        this.replica = replica;
        this.reason = reason;
    }

    public URI replica() {
        return replica;
    }

    public Reason reason() {
        return reason;
    }
}
