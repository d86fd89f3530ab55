package io.sluice.cache.replica;

import io.sluice.oci.Digest;
import java.net.URI;
import java.util.Set;
import reactor.core.publisher.Mono;

/**
 * What the replicas of a gateway know of one another's blobs: who fetches one now, and who holds one. It saves work and
 * guards nothing (T26): two may fetch the same, and who is said to hold a blob may have none, or a wrong one.
 *
 * <p>No call blocks or fails, and each is answered within some hundred milliseconds. A replica is named by the URL where
 * the others reach it: scheme, host and port alone, whoever has written it.
 */
public interface BlobReplicas {

    /**
     * Asks to lead: to fetch a blob for all of them.
     *
     * @return {@link BlobLead.Ours} when this replica leads from now on, {@link BlobLead.Theirs} when another does, else
     *     {@link BlobLead.Unknown}
     */
    Mono<BlobLead> claim(Digest digest);

    /** Who leads now: {@link BlobLead.Theirs}, also of this replica, {@link BlobLead.Free} or {@link BlobLead.Unknown}. */
    Mono<BlobLead> leader(Digest digest);

    /** Waits until somebody else may lead, or it is time to look. */
    Mono<Void> pause(Digest digest);

    /** Those that are said to hold a blob, a few at the most. */
    Mono<Set<URI>> holders(Digest digest);

    /** Says that this replica holds a blob. */
    Mono<Void> hold(Digest digest);

    /**
     * Says so again for a blob that has been held for longer, where it may have been forgotten: when Redis has lost what it
     * had, or never had it. Costs nothing where it was said a while ago and nothing has been lost since.
     */
    Mono<Void> stillHold(Digest digest);

    /** Says that a replica does not hold a blob after all. */
    Mono<Void> forget(Digest digest, URI replica);
}
