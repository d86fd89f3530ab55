package io.sluice.cache.manifest;

import io.sluice.cache.manifest.ManifestDocument.Part;
import io.sluice.oci.Digest;
import io.sluice.oci.MediaTypes;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The one way from bytes to a {@link Manifest}, whether they come from an upstream, from Redis or from the disk.
 *
 * <p>It is work for the CPU, up to tens of milliseconds for the largest: the caller chooses the thread.
 */
public final class ManifestCheck {

    private static final Set<String> IMAGES = Set.of(MediaTypes.DOCKER_MANIFEST, MediaTypes.OCI_MANIFEST);
    private static final Set<String> INDEXES = Set.of(MediaTypes.DOCKER_MANIFEST_LIST, MediaTypes.OCI_INDEX);

    private ManifestCheck() {}

    /**
     * Verifies a manifest and takes its bytes over; the caller must not change them afterwards.
     *
     * @param expected the digest that it must have, or null to give it its SHA-256
     * @param contentType the value of {@code Content-Type}; parameters are dropped
     * @param body the body
     * @param headers further headers to replay, names in lower case
     * @throws InvalidManifestException when the digest is another; the type cannot be that of a manifest, or is not the
     *     one that the document gives itself (U14); the document is no JSON object, or one that is an image and an
     *     index at once or the other of the two than its type says (T03, CVE-2021-41190); or the body is longer than
     *     {@link Manifest#MAX_SIZE} bytes (T14)
     */
    public static Manifest verify(
            @Nullable Digest expected, String contentType, byte[] body, Map<String, String> headers) {
        if (body.length > Manifest.MAX_SIZE) {
            throw new InvalidManifestException("it has " + body.length + " bytes, at most " + Manifest.MAX_SIZE);
        }
        String mediaType = MediaTypes.withoutParameters(contentType);
        if (!MediaTypes.canBeManifest(mediaType)) {
            throw new InvalidManifestException("its media type \"" + mediaType + "\" is not that of a manifest");
        }
        Digest digest = verifiedDigest(expected, mediaType, body);
        verifyDocument(mediaType, ManifestDocument.read(body));
        return new Manifest(digest, mediaType, body, headers);
    }

    private static Digest verifiedDigest(@Nullable Digest expected, String mediaType, byte[] body) {
        Digest.Algorithm algorithm = expected == null ? Digest.Algorithm.SHA256 : expected.algorithm();
        Digest actual = ManifestDigests.of(algorithm, mediaType, body);
        if (expected != null && !expected.equals(actual)) {
            throw new InvalidManifestException("its digest is " + actual + ", expected " + expected);
        }
        return actual;
    }

    private static void verifyDocument(String mediaType, ManifestDocument document) {
        if (document.mediaType() != null && !document.mediaType().equals(mediaType)) {
            throw new InvalidManifestException(
                    "it came as \"" + mediaType + "\" and calls itself \"" + document.mediaType() + "\"");
        }
        if (document.isAmbiguous()) {
            throw new InvalidManifestException("it is an index and an image at once, by its " + document.parts());
        }
        if (IMAGES.contains(mediaType) && document.parts().contains(Part.MANIFESTS)
                || INDEXES.contains(mediaType) && !document.parts().isEmpty() && !document.isIndex()) {
            throw new InvalidManifestException(
                    "its parts " + document.parts() + " are not those of \"" + mediaType + "\"");
        }
    }
}
