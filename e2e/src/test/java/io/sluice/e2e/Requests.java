package io.sluice.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;

/** HTTP requests that the tests make themselves. */
final class Requests {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private Requests() {}

    static HttpResponse<byte[]> get(HttpClient http, URI uri) {
        return send(http, to(uri).build());
    }

    /** The same manifest request as a client sends it, one {@code Accept} line for each type. */
    static HttpResponse<byte[]> manifest(HttpClient http, String method, URI uri, List<String> accept) {
        HttpRequest.Builder request = to(uri).method(method, BodyPublishers.noBody());
        accept.forEach(type -> request.header("Accept", type));
        return send(http, request.build());
    }

    static HttpRequest.Builder to(URI uri) {
        return HttpRequest.newBuilder(uri).timeout(LIMIT);
    }

    static HttpResponse<byte[]> send(HttpClient http, HttpRequest request) {
        try {
            return http.send(request, BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(request.toString(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
