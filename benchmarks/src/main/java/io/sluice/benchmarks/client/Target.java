package io.sluice.benchmarks.client;

import io.sluice.oci.Digest;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/**
 * A blob or a manifest, and whom clients ask for it.
 *
 * @param server scheme, host and port
 * @param method whether all of it is asked for, or its head
 * @param path where it is, as this server calls it
 * @param digest of the content
 * @param size of the content, bytes
 */
public record Target(URI server, Method method, String path, Digest digest, long size) {

    /** What clients of manifests take: images and indexes, OCI's and Docker's. */
    static final String MANIFEST_TYPES = String.join(
            ", ",
            "application/vnd.docker.distribution.manifest.v2+json",
            "application/vnd.docker.distribution.manifest.list.v2+json",
            "application/vnd.oci.image.manifest.v1+json",
            "application/vnd.oci.image.index.v1+json",
            "*/*");

    /** How it is asked for. */
    public enum Method {
        GET,
        HEAD
    }

    /** A blob in a repository. */
    public static Target blob(URI server, String repository, Digest digest, long size) {
        return new Target(server, Method.GET, "/v2/" + repository + "/blobs/" + digest.text(), digest, size);
    }

    /** A manifest in a repository, by its tag or its digest. */
    public static Target manifest(URI server, String repository, String reference, Digest digest, long size) {
        return new Target(server, Method.GET, "/v2/" + repository + "/manifests/" + reference, digest, size);
    }

    /** The same, asked for at another server that calls the repository the same. */
    public Target at(URI other) {
        return new Target(other, method, path, digest, size);
    }

    /** The same, of which only the head is asked for. */
    public Target head() {
        return new Target(server, Method.HEAD, path, digest, size);
    }

    /** How many bytes of a body come. */
    long bodySize() {
        return method == Method.HEAD ? 0 : size;
    }

    /** What a client says that it takes. */
    String accepted() {
        return path.contains("/manifests/") ? MANIFEST_TYPES : "*/*";
    }

    InetSocketAddress address() {
        return new InetSocketAddress(server.getHost(), server.getPort());
    }

    byte[] request() {
        return """
            %s %s HTTP/1.1\r
            Host: %s\r
            User-Agent: sluice-benchmarks\r
            Accept: %s\r
            Accept-Encoding: identity\r
            \r
            """.formatted(method, path, server.getAuthority(), accepted()).getBytes(StandardCharsets.US_ASCII);
    }
}
