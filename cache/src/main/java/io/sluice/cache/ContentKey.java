package io.sluice.cache;

import io.sluice.oci.Digest;

/**
 * Some content in a repository: what a proof is about.
 *
 * @param repository the repository
 * @param digest the content
 */
public record ContentKey(RepositoryKey repository, Digest digest) {

    @Override
    public String toString() {
        return repository + "@" + digest;
    }
}
