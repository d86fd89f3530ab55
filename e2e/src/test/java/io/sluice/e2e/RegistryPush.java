package io.sluice.e2e;

import io.sluice.testing.process.RepositoryUpload;
import java.net.URI;
import java.net.http.HttpClient;

/**
 * Uploads images, byte for byte as they were built.
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#push">OCI distribution-spec
 *     1.1, Push</a>
 */
final class RegistryPush {

    private final URI registry;
    private final HttpClient http;

    RegistryPush(URI registry, HttpClient http) {
        this.registry = registry;
        this.http = http;
    }

    void push(PublishedImage published) {
        URI repository = registry.resolve("/v2/" + published.repository() + "/");
        RepositoryUpload upload = new RepositoryUpload(repository, http);
        published.image().blobs().forEach(blob -> upload.push(blob.digest().text(), blob.body()));
        published
                .image()
                .manifests()
                .forEach(manifest -> push(upload, manifest, manifest.digest().text()));
        push(upload, published.image().root(), published.tag());
    }

    private static void push(RepositoryUpload upload, ManifestDocument manifest, String reference) {
        upload.pushManifest(reference, manifest.mediaType(), manifest.bytes());
    }
}
