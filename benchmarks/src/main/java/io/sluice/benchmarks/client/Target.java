package io.sluice.benchmarks.client;

import io.sluice.oci.Digest;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/**
 * A blob or a manifest, and whom clients ask for it.
 *
 * @param server scheme, host and port
 * @param path where it is, as this server calls it
 * @param digest of the content
 * @param size of the content, bytes
 */
public record Target(URI server, String path, Digest digest, long size) {

    /** A blob in a repository. */
    public static Target blob(URI server, String repository, Digest digest, long size) {
        return new Target(server, "/v2/" + repository + "/blobs/" + digest.text(), digest, size);
    }

    /** The same, asked for at another server that calls the repository the same. */
    public Target at(URI other) {
        return new Target(other, path, digest, size);
    }

    InetSocketAddress address() {
        return new InetSocketAddress(server.getHost(), server.getPort());
    }

    byte[] request() {
        return """
                GET %s HTTP/1.1\r
                Host: %s\r
                User-Agent: sluice-benchmarks\r
                Accept-Encoding: identity\r
                \r
                """.formatted(path, server.getAuthority()).getBytes(StandardCharsets.US_ASCII);
    }
}
