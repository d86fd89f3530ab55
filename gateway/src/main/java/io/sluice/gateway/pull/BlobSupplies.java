package io.sluice.gateway.pull;

import io.sluice.gateway.metrics.GatewayMetrics;
import io.sluice.oci.Digest;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Gives each fetch its supply.
 *
 * @param upstream blobs at the upstreams
 * @param access who may see what
 * @param replicas the other replicas, or null where there are none
 * @param metrics where fetches are counted
 */
record BlobSupplies(
        BlobUpstream upstream,
        RepositoryAccess access,
        @Nullable Replicas replicas,
        GatewayMetrics metrics) {

    /** @param named the length that a manifest names, bytes, or -1 */
    BlobSupply of(PullTarget target, Digest digest, Mono<Long> named) {
        UpstreamSupply itself = new UpstreamSupply(upstream, target, digest, named);
        return replicas == null ? itself : new SharedSupply(replicas, itself, access, metrics);
    }

    /** A blob that is held was asked for: the other replicas are to know that they get it here. Nobody waits for that. */
    void held(Digest digest) {
        if (replicas != null) {
            replicas.known().stillHold(digest).subscribe();
        }
    }
}
