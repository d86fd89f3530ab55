package io.sluice.benchmarks.client;

import io.sluice.oci.Digest;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/**
 * A blob, and whom clients ask for it.
 *
 * @param server scheme, host and port
 * @param repository the repository, as this server calls it
 * @param digest of the blob
 * @param size of the blob, bytes
 */
public record Target(URI server, String repository, Digest digest, long size) {

    InetSocketAddress address() {
        return new InetSocketAddress(server.getHost(), server.getPort());
    }

    byte[] request() {
        return """
                GET /v2/%s/blobs/%s HTTP/1.1\r
                Host: %s\r
                User-Agent: sluice-benchmarks\r
                Accept-Encoding: identity\r
                \r
                """.formatted(repository, digest.text(), server.getAuthority()).getBytes(StandardCharsets.US_ASCII);
    }
}
