package io.sluice.gateway.upstream;

import io.sluice.oci.Digest;
import io.sluice.oci.MediaTypes;
import io.sluice.oci.Reference;
import io.sluice.oci.RepositoryName;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A request to a registry, made of validated values only; nothing of a client's request passes into it but these (T31).
 *
 * @param method GET or HEAD
 * @param repository the repository, as the upstream calls it; also the scope of the token
 * @param endpoint path and query behind {@code /v2/<repository>/}
 * @param accept the value of {@code Accept}, or null
 * @param range the value of {@code Range}, or null
 * @param blob the blob that the answer is, or is a part of; null when it is anything else
 */
public record RegistryRequest(
        Method method,
        RepositoryName repository,
        String endpoint,
        @Nullable String accept,
        @Nullable String range,
        @Nullable Digest blob) {

    /** The methods that are ever sent to a registry. */
    public enum Method {
        GET,
        HEAD
    }

    /** A manifest by tag or digest. */
    public static RegistryRequest manifest(
            Method method, RepositoryName repository, Reference reference, String accept) {
        return new RegistryRequest(method, repository, "manifests/" + reference.text(), accept, null, null);
    }

    /** A blob, or with a range some of it. */
    public static RegistryRequest blob(
            Method method, RepositoryName repository, Digest digest, @Nullable String range) {
        Digest fetched = method == Method.GET ? digest : null;
        return new RegistryRequest(method, repository, "blobs/" + digest.text(), null, range, fetched);
    }

    /** A page of the tag list. */
    public static RegistryRequest tags(RepositoryName repository, @Nullable Integer n, @Nullable String last) {
        StringBuilder query = new StringBuilder();
        if (n != null) {
            query.append("n=").append(n);
        }
        if (last != null) {
            query.append(query.isEmpty() ? "" : "&").append("last=").append(encode(last));
        }
        return tagsPage(repository, query.toString());
    }

    /** The page of the tag list that a query of the upstream leads to; encoded, empty for the first one. */
    public static RegistryRequest tagsPage(RepositoryName repository, String query) {
        return list(repository, "tags/list", query, "application/json");
    }

    /** The referrers of a digest. */
    public static RegistryRequest referrers(RepositoryName repository, Digest digest, @Nullable String artifactType) {
        return referrersPage(repository, digest, artifactType == null ? "" : "artifactType=" + encode(artifactType));
    }

    /** The page of the referrers that a query of the upstream leads to; encoded, empty for the first one. */
    public static RegistryRequest referrersPage(RepositoryName repository, Digest digest, String query) {
        return list(repository, "referrers/" + digest.text(), query, MediaTypes.OCI_INDEX);
    }

    private static RegistryRequest list(RepositoryName repository, String path, String query, String accept) {
        String endpoint = query.isEmpty() ? path : path + "?" + query;
        return new RegistryRequest(Method.GET, repository, endpoint, accept, null, null);
    }

    private static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
