package io.sluice.gateway.upstream;

import io.sluice.oci.Digest;
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
 */
public record RegistryRequest(
        Method method,
        RepositoryName repository,
        String endpoint,
        @Nullable String accept,
        @Nullable String range) {

    /** The methods that are ever sent to a registry. */
    public enum Method {
        GET,
        HEAD
    }

    /** A manifest by tag or digest. */
    public static RegistryRequest manifest(
            Method method, RepositoryName repository, Reference reference, String accept) {
        return new RegistryRequest(method, repository, "manifests/" + reference.text(), accept, null);
    }

    /** A blob, or with a range some of it. */
    public static RegistryRequest blob(
            Method method, RepositoryName repository, Digest digest, @Nullable String range) {
        return new RegistryRequest(method, repository, "blobs/" + digest.text(), null, range);
    }

    /** A page of the tag list. */
    public static RegistryRequest tags(RepositoryName repository, @Nullable Integer n, @Nullable String last) {
        StringBuilder query = new StringBuilder();
        if (n != null) {
            query.append("?n=").append(n);
        }
        if (last != null) {
            query.append(query.isEmpty() ? '?' : '&').append("last=").append(encode(last));
        }
        return new RegistryRequest(Method.GET, repository, "tags/list" + query, "application/json", null);
    }

    /** The referrers of a digest. */
    public static RegistryRequest referrers(RepositoryName repository, Digest digest, @Nullable String artifactType) {
        String query = artifactType == null ? "" : "?artifactType=" + encode(artifactType);
        return new RegistryRequest(
                Method.GET,
                repository,
                "referrers/" + digest.text() + query,
                "application/vnd.oci.image.index.v1+json",
                null);
    }

    private static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
