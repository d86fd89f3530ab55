package io.sluice.benchmarks.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.benchmarks.client.Target;
import io.sluice.oci.Digest;
import io.sluice.testing.process.Requests;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SparseOriginTest {

    private static final int SIZE = 300_000;

    private final HttpClient http = HttpClient.newHttpClient();
    private SparseOrigin origin;
    private URI blob;

    @BeforeEach
    void start() throws IOException {
        origin = SparseOrigin.start(SIZE);
        Target target = origin.blobAt(origin.uri());
        blob = origin.uri().resolve(target.path());
    }

    @AfterEach
    void stop() {
        origin.close();
        http.close();
    }

    @Test
    void theBlobIsZerosOfItsDigest() {
        byte[] body = Requests.get(http, blob).body();

        assertThat(body).isEqualTo(new byte[SIZE]);
        assertThat(origin.blobAt(origin.uri()).digest()).isEqualTo(Digest.hash(Digest.Algorithm.SHA256, body));
        assertThat(origin.gets()).isEqualTo(1);
    }

    @Test
    void headTellsItsLength() {
        HttpResponse<byte[]> response =
                Requests.send(http, HttpRequest.newBuilder(blob).HEAD().build());

        assertThat(response.headers().firstValueAsLong("Content-Length")).hasValue(SIZE);
        assertThat(origin.heads()).isEqualTo(1);
        assertThat(origin.gets()).isZero();
    }

    @Test
    void aRangeIsAnsweredFromWhereItBegins() {
        HttpResponse<byte[]> response = range("bytes=299990-");

        assertThat(response.statusCode()).isEqualTo(206);
        assertThat(response.headers().firstValue("Content-Range")).contains("bytes 299990-299999/300000");
        assertThat(response.body()).hasSize(10);
        assertThat(range("bytes=5-6").body()).hasSize(2);
        assertThat(range("bytes=300000-").statusCode()).isEqualTo(416);
    }

    @Test
    void nothingElseIsThere() {
        assertThat(Requests.get(http, origin.uri().resolve("/v2/")).statusCode())
                .isEqualTo(200);
        assertThat(Requests.get(http, origin.uri().resolve("/v2/other/blobs/sha256:00"))
                        .statusCode())
                .isEqualTo(404);
    }

    private HttpResponse<byte[]> range(String range) {
        return Requests.send(
                http, HttpRequest.newBuilder(blob).header("Range", range).build());
    }
}
