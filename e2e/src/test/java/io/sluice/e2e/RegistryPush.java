package io.sluice.e2e;

import io.sluice.testing.process.BlobUpload;
import io.sluice.testing.process.Requests;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;

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
        BlobUpload upload = new BlobUpload(repository, http);
        published.image().blobs().forEach(blob -> upload.push(blob.digest().text(), blob.body()));
        published
                .image()
                .manifests()
                .forEach(manifest ->
                        pushManifest(repository, manifest, manifest.digest().text()));
        pushManifest(repository, published.image().root(), published.tag());
    }

    private void pushManifest(URI repository, ManifestDocument manifest, String reference) {
        HttpRequest request = Requests.to(repository.resolve("manifests/" + reference))
                .header("Content-Type", manifest.mediaType())
                .PUT(BodyPublishers.ofByteArray(manifest.bytes()))
                .build();
        Requests.send(http, request, 201);
    }
}
