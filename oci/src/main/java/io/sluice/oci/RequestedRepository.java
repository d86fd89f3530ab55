package io.sluice.oci;

import org.jspecify.annotations.Nullable;

/**
 * A repository as a client named it, before a route has said which upstream it belongs to.
 *
 * @param mount the path in front of {@code /v2}, {@code ""} or such as {@code /docker.io} (containerd appends
 *     {@code /v2} to the path of a mirror)
 * @param name what stands behind {@code /v2/}; with an empty mount it may begin with a route's prefix
 * @param namespace the query parameter {@code ns} of containerd, or null
 */
public record RequestedRepository(
        String mount, RepositoryName name, @Nullable String namespace) {}
