package io.sluice.oci;

import org.jspecify.annotations.Nullable;

/** A request of the read side of the distribution protocol, parsed once by {@link DistributionRequestParser}. */
public sealed interface DistributionRequest {

    /** {@code GET /v2/}: does this speak the protocol. */
    record Ping() implements DistributionRequest {}

    /** Every request but the ping names a repository. */
    sealed interface RepositoryRequest extends DistributionRequest {

        /** The repository, in the client's words. */
        RequestedRepository repository();
    }

    /** {@code GET|HEAD /v2/<name>/manifests/<reference>}. */
    record ManifestRequest(RequestedRepository repository, Reference reference) implements RepositoryRequest {}

    /** {@code GET|HEAD /v2/<name>/blobs/<digest>}. */
    record BlobRequest(RequestedRepository repository, Digest digest) implements RepositoryRequest {}

    /**
     * {@code GET /v2/<name>/tags/list?n=<n>&last=<last>}.
     *
     * @param n how many tags at the most, or null when the client did not say
     * @param last the tag, decoded, behind which the list goes on, or null
     * @param page the upstream's own query of a page that it led to, encoded, or null; it then says all there is to say
     */
    record TagsRequest(
            RequestedRepository repository,
            @Nullable Integer n,
            @Nullable String last,
            @Nullable String page) implements RepositoryRequest {}

    /**
     * {@code GET /v2/<name>/referrers/<digest>?artifactType=<type>}.
     *
     * @param artifactType the type to filter by, decoded, or null
     * @param page the upstream's own query of a page that it led to, encoded, or null; it then says all there is to say
     */
    record ReferrersRequest(
            RequestedRepository repository,
            Digest digest,
            @Nullable String artifactType,
            @Nullable String page) implements RepositoryRequest {}
}
