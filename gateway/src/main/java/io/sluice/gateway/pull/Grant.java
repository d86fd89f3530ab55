package io.sluice.gateway.pull;

import io.sluice.cache.manifest.Proof;
import io.sluice.gateway.error.PullException;
import io.sluice.gateway.error.UpstreamOfflineException;
import io.sluice.gateway.error.UpstreamStatusException;
import org.jspecify.annotations.Nullable;

/**
 * The right to see some content of a repository.
 *
 * @param proof what it rests on
 * @param asked whether the upstream was asked just now
 * @param collapsed whether another caller had already asked
 * @param outage why the upstream could not be asked, when an older proof stands in; else null
 */
record Grant(
        Proof proof,
        boolean asked,
        boolean collapsed,
        @Nullable PullException outage) {

    static Grant onHand(Proof proof) {
        return new Grant(proof, false, false, null);
    }

    static Grant asked(Proof proof, boolean collapsed) {
        return new Grant(proof, true, collapsed, null);
    }

    static Grant inSpiteOf(PullException outage, Proof proof) {
        return new Grant(proof, false, false, outage);
    }

    /** How the cache came to serve bytes that it already held. */
    CacheStatus ofHeldBytes() {
        if (outage instanceof UpstreamOfflineException) {
            return CacheStatus.HIT;
        }
        if (outage != null) {
            return CacheStatus.staleAfter(outage instanceof UpstreamStatusException answer ? answer.status() : 0);
        }
        return asked ? CacheStatus.REVALIDATED : CacheStatus.HIT;
    }

    /** How the cache came by headers without bytes. */
    CacheStatus ofHeaders() {
        if (!asked) {
            return ofHeldBytes();
        }
        return collapsed ? CacheStatus.COLLAPSED : CacheStatus.MISS;
    }
}
