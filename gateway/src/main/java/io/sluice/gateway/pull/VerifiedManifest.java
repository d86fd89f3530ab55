package io.sluice.gateway.pull;

import io.sluice.cache.manifest.Descriptor;
import io.sluice.cache.manifest.InvalidManifestException;
import io.sluice.cache.manifest.Manifest;
import io.sluice.cache.manifest.ManifestCheck;
import io.sluice.cache.manifest.ManifestDigests;
import io.sluice.cache.manifest.ManifestDocument;
import io.sluice.cache.manifest.Proof;
import io.sluice.gateway.error.InvalidContentException;
import io.sluice.oci.Digest;
import io.sluice.oci.MediaTypes;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A manifest that an upstream sent and that is what it claims to be, with what it proves: that the repository has it,
 * and what it leads to.
 *
 * @param manifest the manifest
 * @param proofs its own digest, and those of the manifests and blobs that it names
 * @param subject the digest that it refers to, or null
 */
record VerifiedManifest(
        Manifest manifest,
        Map<Digest, Proof> proofs,
        @Nullable Digest subject) {

    /**
     * Verifies a body. It is work for the CPU, up to tens of milliseconds for the largest.
     *
     * @param expected the digest that was asked for, or null
     * @param announced the digest that the upstream announced, perhaps in another algorithm, or null
     * @throws InvalidContentException when it is not what it claims to be
     */
    static VerifiedManifest of(
            @Nullable Digest expected,
            @Nullable Digest announced,
            String mediaType,
            byte[] body,
            Map<String, String> headers,
            Instant now) {
        try {
            Manifest manifest = ManifestCheck.verify(expected == null ? announced : expected, mediaType, body, headers);
            if (announced != null && expected != null && !announced.equals(expected)) {
                requireDigest(announced, mediaType, body);
            }
            ManifestDocument document = ManifestDocument.read(manifest);
            Descriptor subject = document.subject();
            return new VerifiedManifest(
                    manifest, proofs(manifest, document, now), subject == null ? null : subject.digest());
        } catch (InvalidManifestException e) {
            throw new InvalidContentException("the upstream's manifest is refused: " + e.getMessage());
        }
    }

    private static void requireDigest(Digest announced, String mediaType, byte[] body) {
        Digest actual = ManifestDigests.of(announced.algorithm(), mediaType, body);
        if (!actual.equals(announced)) {
            throw new InvalidContentException(
                    "the upstream's manifest is refused: it was announced as " + announced + " and is " + actual);
        }
    }

    private static Map<Digest, Proof> proofs(Manifest manifest, ManifestDocument document, Instant now) {
        Map<Digest, Proof> proofs = new HashMap<>();
        for (Descriptor child : document.manifests()) {
            proofs.put(child.digest(), new Proof(now, child.mediaType(), -1));
        }
        Proof namedBlob = new Proof(now, MediaTypes.OCTET_STREAM, -1);
        for (Descriptor blob : document.blobs()) {
            proofs.put(blob.digest(), namedBlob.named(blob.size()));
        }
        proofs.put(manifest.digest(), new Proof(now, manifest.mediaType(), manifest.size()));
        return proofs;
    }
}
