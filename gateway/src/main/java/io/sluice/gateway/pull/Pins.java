package io.sluice.gateway.pull;

import io.sluice.cache.RepositoryKey;
import io.sluice.oci.Digest;
import java.util.Set;

/**
 * What stays in the cache whatever else has to leave.
 *
 * @param digests manifests, with all that they lead to, and blobs
 * @param repositories repositories, with all that was ever pulled from them
 */
public record Pins(Set<Digest> digests, Set<RepositoryKey> repositories) {

    /** Nothing stays. */
    public static final Pins NONE = new Pins(Set.of(), Set.of());

    public Pins {
        digests = Set.copyOf(digests);
        repositories = Set.copyOf(repositories);
    }

    boolean isEmpty() {
        return digests.isEmpty() && repositories.isEmpty();
    }
}
