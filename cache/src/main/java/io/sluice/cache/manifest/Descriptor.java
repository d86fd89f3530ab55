package io.sluice.cache.manifest;

import io.sluice.oci.Digest;
import org.jspecify.annotations.Nullable;

/**
 * What a manifest says of some content that it leads to.
 *
 * @param digest its digest
 * @param mediaType its media type as written, or null when it is not given, as in schema 1
 * @param size its length, bytes, or -1 when it is not given
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md">OCI image-spec 1.1,
 *     Descriptors</a>
 */
public record Descriptor(Digest digest, @Nullable String mediaType, long size) {}
