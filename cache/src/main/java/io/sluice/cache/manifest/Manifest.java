package io.sluice.cache.manifest;

import io.sluice.oci.Digest;
import java.nio.ByteBuffer;
import java.util.Map;

/**
 * A verified manifest, exactly as the upstream sent it: the original bytes, their media type, and the headers that are
 * worth replaying.
 */
public final class Manifest {

    /** The largest manifest that is taken, bytes (T14); distribution has the same limit. */
    public static final int MAX_SIZE = 4 * 1024 * 1024;

    private final ManifestDescriptor descriptor;
    private final byte[] bytes;
    private final Map<String, String> headers;

    /**
     * Takes the bytes over; the caller must not change them afterwards.
     *
     * @param digest the digest that the bytes were verified against
     * @param mediaType the media type, without parameters
     * @param bytes the body, at most {@link #MAX_SIZE} bytes
     * @param headers further headers to replay, names in lower case
     */
    public Manifest(Digest digest, String mediaType, byte[] bytes, Map<String, String> headers) {
        if (bytes.length > MAX_SIZE) {
            throw new IllegalArgumentException("a manifest of " + bytes.length + " bytes, at most " + MAX_SIZE);
        }
        this.descriptor = new ManifestDescriptor(digest, mediaType, bytes.length);
        this.bytes = bytes;
        this.headers = Map.copyOf(headers);
    }

    /** Digest, media type and size. */
    public ManifestDescriptor descriptor() {
        return descriptor;
    }

    public Digest digest() {
        return descriptor.digest();
    }

    public String mediaType() {
        return descriptor.mediaType();
    }

    /** The length of the body, bytes. */
    public int size() {
        return bytes.length;
    }

    /** The body, read-only and without a copy; every call gives a buffer of its own. */
    public ByteBuffer bytes() {
        return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
    }

    /** The body itself, for the readers of this package. */
    byte[] array() {
        return bytes;
    }

    /** Further headers to replay, names in lower case. */
    public Map<String, String> headers() {
        return headers;
    }

    @Override
    public String toString() {
        return "Manifest[" + descriptor.digest() + ", " + descriptor.mediaType() + ", " + bytes.length + " bytes]";
    }
}
