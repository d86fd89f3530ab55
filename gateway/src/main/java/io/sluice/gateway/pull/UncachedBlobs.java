package io.sluice.gateway.pull;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.sluice.oci.Digest;
import java.time.Duration;

/** The blobs that did not fit a moment ago: they pass through, and nobody waits for another try in vain (G15). */
final class UncachedBlobs {

    private static final long MAX = 10_000;

    private final Cache<Digest, Boolean> digests;

    /** @param rememberedFor how long it takes until another try is made */
    UncachedBlobs(Duration rememberedFor) {
        this.digests = Caffeine.newBuilder()
                .maximumSize(MAX)
                .expireAfterWrite(rememberedFor)
                .build();
    }

    void add(Digest digest) {
        digests.put(digest, true);
    }

    boolean contains(Digest digest) {
        return digests.getIfPresent(digest) != null;
    }
}
