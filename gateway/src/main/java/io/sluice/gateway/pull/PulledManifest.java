package io.sluice.gateway.pull;

import io.sluice.cache.manifest.Manifest;
import io.sluice.cache.manifest.ManifestDescriptor;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a pull of a manifest.
 *
 * @param descriptor what its headers say
 * @param manifest the manifest, or null when only the headers were asked for and the bytes are not held
 * @param status how the cache came by it
 */
public record PulledManifest(
        ManifestDescriptor descriptor, @Nullable Manifest manifest, CacheStatus status) {

    static PulledManifest of(Manifest manifest, CacheStatus status) {
        return new PulledManifest(manifest.descriptor(), manifest, status);
    }

    PulledManifest withStatus(CacheStatus other) {
        return new PulledManifest(descriptor, manifest, other);
    }
}
