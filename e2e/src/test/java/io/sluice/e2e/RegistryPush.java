package io.sluice.e2e;

import io.sluice.oci.Digest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;

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
        published.image().blobs().forEach(blob -> pushBlob(repository, blob));
        published
                .image()
                .manifests()
                .forEach(manifest ->
                        pushManifest(repository, manifest, manifest.digest().text()));
        pushManifest(repository, published.image().root(), published.tag());
    }

    private void pushBlob(URI repository, Blob blob) {
        if (holds(repository, blob.digest())) {
            return;
        }
        HttpRequest begin = Requests.to(repository.resolve("blobs/uploads/"))
                .POST(BodyPublishers.noBody())
                .build();
        String location = send(begin, 202).headers().firstValue("Location").orElseThrow();
        String separator = location.contains("?") ? "&" : "?";
        URI upload = repository.resolve(
                location + separator + "digest=" + blob.digest().text());
        send(Requests.to(upload).PUT(blob.body()).build(), 201);
    }

    private boolean holds(URI repository, Digest digest) {
        URI blob = repository.resolve("blobs/" + digest.text());
        return Requests.send(http, Requests.to(blob).HEAD().build()).statusCode() == 200;
    }

    private void pushManifest(URI repository, ManifestDocument manifest, String reference) {
        HttpRequest request = Requests.to(repository.resolve("manifests/" + reference))
                .header("Content-Type", manifest.mediaType())
                .PUT(BodyPublishers.ofByteArray(manifest.bytes()))
                .build();
        send(request, 201);
    }

    private HttpResponse<byte[]> send(HttpRequest request, int expected) {
        HttpResponse<byte[]> response = Requests.send(http, request);
        if (response.statusCode() != expected) {
            throw new AssertionError("%s was answered with %d instead of %d: %s"
                    .formatted(
                            request,
                            response.statusCode(),
                            expected,
                            new String(response.body(), StandardCharsets.UTF_8)));
        }
        return response;
    }
}
