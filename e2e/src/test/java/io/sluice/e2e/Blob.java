package io.sluice.e2e;

import io.sluice.oci.Digest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;

/**
 * Bytes that a manifest refers to.
 *
 * @param digest their address
 * @param size how many bytes they are
 * @param body how they are uploaded, as often as needed
 */
record Blob(Digest digest, long size, BodyPublisher body) {

    static Blob of(byte[] bytes) {
        return new Blob(Digest.hash(Digest.Algorithm.SHA256, bytes), bytes.length, BodyPublishers.ofByteArray(bytes));
    }

    /** How a manifest refers to it. */
    String descriptor(String mediaType) {
        return """
                {"mediaType": "%s", "size": %d, "digest": "%s"}""".formatted(mediaType, size, digest.text());
    }
}
