package io.sluice.cache;

import io.sluice.oci.RepositoryName;

/**
 * A repository of one upstream: what authority belongs to. Nothing known of one key is ever used for another (T11,
 * T36).
 *
 * @param route the name of the route whose upstream it is
 * @param name what the repository is called at the upstream
 */
public record RepositoryKey(String route, RepositoryName name) {

    @Override
    public String toString() {
        return route + ":" + name;
    }
}
