package io.sluice.cache.replica;

import java.net.URI;

/** Who fetches a blob for all replicas. */
public sealed interface BlobLead {

    /**
     * This replica, from now on.
     *
     * @param lease what it leads by
     */
    record Ours(BlobLease lease) implements BlobLead {}

    /**
     * A replica that has said so.
     *
     * @param token which of its leads it is; no two are alike
     * @param replica where it is reached
     */
    record Theirs(String token, URI replica) implements BlobLead {}

    /** Nobody. */
    record Free() implements BlobLead {}

    /** Nobody can say. */
    record Unknown() implements BlobLead {}
}
