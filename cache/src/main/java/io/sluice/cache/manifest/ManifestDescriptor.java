package io.sluice.cache.manifest;

import io.sluice.oci.Digest;

/**
 * What the headers of an answer say of a manifest.
 *
 * @param digest its digest
 * @param mediaType its media type, without parameters
 * @param size its length, bytes
 */
public record ManifestDescriptor(Digest digest, String mediaType, long size) {}
