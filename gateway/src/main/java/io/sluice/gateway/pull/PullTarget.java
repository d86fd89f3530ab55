package io.sluice.gateway.pull;

import io.sluice.cache.ContentKey;
import io.sluice.cache.RepositoryKey;
import io.sluice.oci.Digest;
import io.sluice.oci.RepositoryName;

/**
 * The repository that is pulled from.
 *
 * @param origin where its content comes from
 * @param name what it is called there
 */
public record PullTarget(Origin origin, RepositoryName name) {

    RepositoryKey key() {
        return new RepositoryKey(origin.route(), name);
    }

    ContentKey content(Digest digest) {
        return new ContentKey(key(), digest);
    }
}
