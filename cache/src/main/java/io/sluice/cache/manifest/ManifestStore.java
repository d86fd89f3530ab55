package io.sluice.cache.manifest;

import io.sluice.oci.Digest;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Manifests by digest. Only verified ones are put; what comes out has been checked against its digest since it left the
 * process, and what fails that check is a miss (T29, K10).
 *
 * <p>No call blocks its caller, and none fails because the store does: a store that is out of order is empty.
 */
public interface ManifestStore {

    /** The manifest, or empty. */
    Mono<Manifest> find(Digest digest);

    /** What {@link #find} would tell at once, without asking anyone; null says nothing. */
    default @Nullable Manifest inMemory(Digest digest) {
        return null;
    }

    /** Keeps a manifest; when the Mono completes, {@link #find} of this process sees it. */
    Mono<Void> put(Manifest manifest);

    /** Forgets a manifest. */
    Mono<Void> remove(Digest digest);
}
