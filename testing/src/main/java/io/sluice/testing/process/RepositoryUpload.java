package io.sluice.testing.process;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;

/**
 * Uploads blobs and manifests to a repository of a registry.
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#post-then-put">OCI
 *     distribution-spec 1.1, POST then PUT</a>
 */
public final class RepositoryUpload {

    private final URI repository;
    private final HttpClient http;

    /**
     * To a repository.
     *
     * @param repository its address with a slash at the end, {@code http://…/v2/<name>/}
     */
    public RepositoryUpload(URI repository, HttpClient http) {
        this.repository = repository;
        this.http = http;
    }

    /** Uploads a blob, unless the repository has it. */
    public void push(String digest, BodyPublisher body) {
        if (holds(digest)) {
            return;
        }
        URI uploads = repository.resolve("blobs/uploads/");
        String location = Requests.send(
                        http, Requests.to(uploads).POST(BodyPublishers.noBody()).build(), 202)
                .headers()
                .firstValue("Location")
                .orElseThrow();
        String separator = location.contains("?") ? "&" : "?";
        URI upload = repository.resolve(location + separator + "digest=" + digest);
        Requests.send(http, Requests.to(upload).PUT(body).build(), 201);
    }

    /** Puts a manifest, byte for byte; whatever it refers to has to be there. */
    public void pushManifest(String reference, String mediaType, byte[] bytes) {
        HttpRequest request = Requests.to(repository.resolve("manifests/" + reference))
                .header("Content-Type", mediaType)
                .PUT(BodyPublishers.ofByteArray(bytes))
                .build();
        Requests.send(http, request, 201);
    }

    private boolean holds(String digest) {
        URI blob = repository.resolve("blobs/" + digest);
        return Requests.send(http, Requests.to(blob).HEAD().build()).statusCode() == 200;
    }
}
