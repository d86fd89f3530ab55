package io.sluice.e2e;

import io.sluice.oci.Digest;
import java.nio.charset.StandardCharsets;

/** A manifest or an index: a text whose every byte counts, and its media type. */
record ManifestDocument(String mediaType, String text) {

    byte[] bytes() {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    Digest digest() {
        return Digest.hash(Digest.Algorithm.SHA256, bytes());
    }

    /** How an index refers to it; {@code more} are the members that follow the first three. */
    String descriptor(String more) {
        return """
                {"mediaType": "%s", "size": %d, "digest": "%s", %s}""".formatted(mediaType, bytes().length, digest().text(), more);
    }
}
