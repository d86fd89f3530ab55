package io.sluice.cache.manifest;

import io.sluice.oci.Digest;
import io.sluice.oci.MediaTypes;

/**
 * The digest of a manifest: that of its bytes, or for a signed schema 1 manifest that of the payload that its signatures
 * cover. The signatures themselves are not verified; nobody but the key that they carry vouches for them.
 */
public final class ManifestDigests {

    private ManifestDigests() {}

    /**
     * Computes the digest.
     *
     * @param algorithm the hash
     * @param mediaType the media type, without parameters
     * @param body the bytes
     * @throws InvalidManifestException when a signed schema 1 manifest has no payload to be found
     */
    public static Digest of(Digest.Algorithm algorithm, String mediaType, byte[] body) {
        return mediaType.equals(MediaTypes.DOCKER_SCHEMA1_SIGNED)
                ? Digest.of(algorithm, SignedPayload.of(body).hash(algorithm.newMessageDigest()))
                : Digest.hash(algorithm, body);
    }
}
