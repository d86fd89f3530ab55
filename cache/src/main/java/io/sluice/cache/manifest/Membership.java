package io.sluice.cache.manifest;

import io.sluice.cache.ContentKey;
import io.sluice.cache.RepositoryKey;
import io.sluice.oci.Digest;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Which repository has which content. Bytes are shared between repositories, the right to see them is not: without a
 * proof here, held bytes are served only after the upstream said yes (T11, T12).
 *
 * <p>No call blocks its caller, and none fails because the store does. How old a proof may be is for its reader to say.
 */
public interface Membership {

    /** How many digests of one repository are told at once. */
    int MAX_CONTENTS = 100_000;

    /** The proof, or empty. */
    Mono<Proof> find(ContentKey key);

    /** What {@link #find} would tell at once, without asking anyone; null says nothing. */
    default @Nullable Proof inMemory(ContentKey key) {
        return null;
    }

    /** Keeps proofs for one repository; when the Mono completes, {@link #find} of this process sees them. */
    Mono<Void> prove(RepositoryKey repository, Map<Digest, Proof> proofs);

    /** What a repository is proven to have: up to {@value #MAX_CONTENTS} digests, or fewer than it has. */
    Mono<Set<Digest>> contents(RepositoryKey repository);

    /** Takes a proof away. */
    Mono<Void> revoke(ContentKey key);
}
