package io.sluice.oci;

/**
 * What a manifest is asked for by: a {@link Tag}, which may move, or a {@link Digest}, which names the bytes.
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-manifests">OCI
 *     distribution-spec 1.1, Pulling manifests</a>
 */
public sealed interface Reference permits Tag, Digest {

    /**
     * Reads a reference as it stands in a request path. Whatever has a colon, encoded or not, was meant as a digest.
     *
     * @throws MalformedRequestException with {@code DIGEST_INVALID} or {@code NAME_INVALID}
     */
    static Reference parse(String text) {
        return Digest.isMeantBy(text) ? Digest.parse(text) : Tag.parse(text);
    }

    /** The reference as it stands in a request path. */
    String text();
}
