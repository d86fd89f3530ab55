package io.sluice.testing.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** HTTP requests that tests and benchmarks make themselves, each with a limit of 60 s. */
public final class Requests {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private Requests() {}

    /** The answer to a GET, whatever its status. */
    public static HttpResponse<byte[]> get(HttpClient http, URI uri) {
        return send(http, to(uri).build());
    }

    /** Begins a request. */
    public static HttpRequest.Builder to(URI uri) {
        return HttpRequest.newBuilder(uri).timeout(LIMIT);
    }

    /** The answer, whatever its status. */
    public static HttpResponse<byte[]> send(HttpClient http, HttpRequest request) {
        try {
            return http.send(request, BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(request.toString(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The answer; another status than the expected one is an error. */
    public static HttpResponse<byte[]> send(HttpClient http, HttpRequest request, int expected) {
        HttpResponse<byte[]> response = send(http, request);
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
