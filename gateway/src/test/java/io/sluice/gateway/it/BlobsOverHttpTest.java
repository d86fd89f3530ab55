package io.sluice.gateway.it;

import static io.sluice.gateway.it.ManifestsOverHttpTest.header;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.Answer;
import io.sluice.testing.Images;
import io.sluice.testing.Images.Content;
import io.sluice.testing.RawClient;
import io.sluice.testing.RawResponse;
import io.sluice.testing.ScriptedUpstream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(SharedGateway.class)
class BlobsOverHttpTest {

    private static final int SIZE = 1_000_000;

    private final TestGateway gateway;
    private final ScriptedUpstream upstream;

    BlobsOverHttpTest(TestGateway gateway, ScriptedUpstream upstream) {
        this.gateway = gateway;
        this.upstream = upstream;
    }

    @Test
    void aBlobStreamsThroughWithItsHeaders() {
        Content blob = Images.layer(SIZE, 10);
        upstream.blob("library/whole", blob);

        HttpResponse<byte[]> response = gateway.get(path("whole", blob));

        assertThat(response.body()).isEqualTo(blob.bytes());
        assertThat(header(response, "Content-Type")).isEqualTo("application/octet-stream");
        assertThat(header(response, "Content-Length")).isEqualTo(Integer.toString(blob.bytes().length));
        assertThat(header(response, "Docker-Content-Digest")).isEqualTo(blob.digest());
        assertThat(header(response, "Accept-Ranges")).isEqualTo("bytes");
    }

    @Test
    void aBlobThatIsHeldNeedsNoRoute() {
        Content blob = Images.layer(SIZE, 19);
        upstream.blob("library/held", blob);
        long before = gateway.routed();
        gateway.get(path("held", blob));
        assertThat(gateway.routed()).isEqualTo(before + 1);

        HttpResponse<byte[]> whole = gateway.get(path("held", blob));
        HttpResponse<byte[]> part = gateway.get(path("held", blob), "Range", "bytes=100-199");

        assertThat(whole.body()).isEqualTo(blob.bytes());
        assertThat(header(whole, "Cache-Status")).startsWith("sluice; hit");
        assertThat(part.body()).isEqualTo(Arrays.copyOfRange(blob.bytes(), 100, 200));
        assertThat(gateway.routed()).isEqualTo(before + 1);
    }

    @Test
    void whatMayNotBeSeenWithoutAskingGoesToTheRoute() {
        Content blob = Images.layer(SIZE, 20);
        upstream.blob("library/proven", blob);
        gateway.get(path("proven", blob));
        long before = gateway.routed();

        assertThat(gateway.get(path("unproven", blob)).statusCode()).isEqualTo(404);
        assertThat(gateway.routed()).isEqualTo(before + 1);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.5, 1})
    @DisplayName("U11 T01: a flipped bit anywhere aborts the transfer before its end")
    void aWrongBlobNeverEndsCleanly(double where) {
        Content blob = Images.layer(SIZE, 11);
        byte[] flipped = blob.bytes().clone();
        flipped[(int) (where * (flipped.length - 1))] ^= 1;
        upstream.answer("/v2/library/wrong/blobs/" + blob.digest(), 200, Map.of(), flipped);

        try (RawClient client = RawClient.connect(gateway.port())) {
            RawResponse response = client.get(path("wrong", blob));

            assertThat(response.isComplete()).isFalse();
            assertThat(response.body().length).isLessThanOrEqualTo(flipped.length - 64 * 1024);
        }
    }

    @Test
    @DisplayName("U11: a blob smaller than the tail is not begun before it is verified")
    void aSmallWrongBlobGivesNoByte() {
        Content blob = Images.layer(1000, 12);
        byte[] flipped = blob.bytes().clone();
        flipped[500] ^= 1;
        upstream.answer("/v2/library/small/blobs/" + blob.digest(), 200, Map.of(), flipped);

        try (RawClient client = RawClient.connect(gateway.port())) {
            RawResponse response = client.get(path("small", blob));
            assertThat(response.status()).isEqualTo(502);
            assertThat(response.bodyText()).contains("\"code\":\"UNAVAILABLE\"");
        }
    }

    @Test
    @DisplayName("U07 U10: a body that ends early, by length or without its last chunk, never ends cleanly")
    void aTruncatedBlobNeverEndsCleanly() {
        Content blob = Images.layer(200_000, 13);
        String half = new String(blob.bytes(), 0, 100_000, StandardCharsets.ISO_8859_1);
        upstream.on("GET", "/v2/library/short/blobs/" + blob.digest())
                .sends("HTTP/1.1 200 OK\r\nContent-Length: " + blob.bytes().length + "\r\n\r\n" + half)
                .closes();
        upstream.on("GET", "/v2/library/chunked/blobs/" + blob.digest())
                .sends("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n186a0\r\n" + half + "\r\n")
                .closes();

        for (String repository : new String[] {"short", "chunked"}) {
            try (RawClient client = RawClient.connect(gateway.port())) {
                assertThat(client.get(path(repository, blob)).isComplete())
                        .as(repository)
                        .isFalse();
            }
        }
    }

    @Test
    void aBlobOfUnknownLengthIsChunked() {
        Content blob = Images.layer(200_000, 14);
        String hex = Integer.toHexString(blob.bytes().length);
        upstream.on("GET", "/v2/library/unknown/blobs/" + blob.digest())
                .sends("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + hex + "\r\n")
                .sends(blob.bytes())
                .sends("\r\n0\r\n\r\n");

        try (RawClient client = RawClient.connect(gateway.port())) {
            RawResponse response = client.get(path("unknown", blob));
            assertThat(response.isComplete()).isTrue();
            assertThat(response.body()).isEqualTo(blob.bytes());
        }
    }

    @Test
    void rangesAreExact() {
        Content blob = Images.layer(SIZE, 15);
        upstream.blob("library/range", blob);

        HttpResponse<byte[]> part = gateway.get(path("range", blob), "Range", "bytes=100-199");
        HttpResponse<byte[]> bound =
                gateway.get(path("range", blob), "Range", "bytes=100-199", "If-Range", "\"" + blob.digest() + "\"");
        HttpResponse<byte[]> other =
                gateway.get(path("range", blob), "Range", "bytes=100-199", "If-Range", "\"sha256:other\"");
        HttpResponse<byte[]> garbage = gateway.get(path("range", blob), "Range", "lines=1-2");
        HttpResponse<byte[]> beyond = gateway.get(path("range", blob), "Range", "bytes=" + 2 * SIZE + "-");

        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.body()).hasSize(100).isEqualTo(Arrays.copyOfRange(blob.bytes(), 100, 200));
        assertThat(header(part, "Content-Range")).isEqualTo("bytes 100-199/" + blob.bytes().length);
        assertThat(bound.statusCode()).isEqualTo(206);
        assertThat(other.statusCode()).isEqualTo(200);
        assertThat(garbage.statusCode()).isEqualTo(200);
        assertThat(beyond.statusCode()).isEqualTo(416);
        assertThat(header(beyond, "Content-Range")).isEqualTo("bytes */" + blob.bytes().length);
    }

    @Test
    void severalRangesAreTheClientsPartsInItsOrder() {
        Content blob = Images.layer(5000, 20);
        upstream.blob("library/parts", blob);

        HttpResponse<byte[]> response = gateway.get(path("parts", blob), "Range", "bytes=10-19, 0-0");

        String boundary = header(response, "Content-Type").replace("multipart/byteranges; boundary=", "");
        String text = new String(response.body(), StandardCharsets.ISO_8859_1);
        String bytes = new String(blob.bytes(), StandardCharsets.ISO_8859_1);
        assertThat(response.statusCode()).isEqualTo(206);
        assertThat(text)
                .isEqualTo("--" + boundary + "\r\nContent-Type: application/octet-stream\r\n"
                        + "Content-Range: bytes 10-19/5000\r\n\r\n" + bytes.substring(10, 20)
                        + "\r\n--" + boundary + "\r\nContent-Type: application/octet-stream\r\n"
                        + "Content-Range: bytes 0-0/5000\r\n\r\n" + bytes.substring(0, 1)
                        + "\r\n--" + boundary + "--\r\n");
        assertThat(header(response, "Content-Length")).isEqualTo("" + text.length());
    }

    @ParameterizedTest
    @ValueSource(strings = {"%s", "W/%s", "\"other\", %s", "*"})
    @DisplayName("C08: a client that has the blob is told so, however it names it")
    void aKnownBlobIsNotSent(String condition) {
        Content blob = Images.layer(5000, 21);
        upstream.blob("library/known", blob);
        String tag = "\"" + blob.digest() + "\"";

        HttpResponse<byte[]> known = gateway.get(path("known", blob), "If-None-Match", condition.replace("%s", tag));
        HttpResponse<byte[]> other = gateway.get(path("known", blob), "If-None-Match", "\"other\"");

        assertThat(known.statusCode()).isEqualTo(304);
        assertThat(known.body()).isEmpty();
        assertThat(header(known, "ETag")).isEqualTo(tag);
        assertThat(other.statusCode()).isEqualTo(200);
        assertThat(other.body()).isEqualTo(blob.bytes());
    }

    @Test
    @DisplayName("C09: HEADs of one cold blob cost one HEAD, and no GET")
    void headsOfABlobShareOne() {
        Content blob = Images.layer(5000, 16);
        upstream.blob("library/heads", blob);

        IntStream.range(0, 20).parallel().forEach(i -> {
            HttpResponse<byte[]> response = gateway.head(path("heads", blob));
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(header(response, "Content-Length")).isEqualTo("" + blob.bytes().length);
            assertThat(header(response, "Docker-Content-Digest")).isEqualTo(blob.digest());
        });

        assertThat(upstream.count("HEAD /v2/library/heads/blobs/" + blob.digest()))
                .isEqualTo(1);
        assertThat(upstream.count("GET /v2/library/heads/blobs/" + blob.digest()))
                .isZero();
    }

    @Test
    void aHeadThatIsRefusedIsAskedAsAGetOfTheFirstByte() {
        Content blob = Images.layer(5000, 17);
        String path = "/v2/library/public-ecr/blobs/" + blob.digest();
        upstream.blob("library/public-ecr", blob);
        upstream.on("HEAD", path).responds(Answer.of(401));

        HttpResponse<byte[]> response = gateway.head(path("public-ecr", blob));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(header(response, "Content-Length")).isEqualTo("" + blob.bytes().length);
        assertThat(upstream.requests().getLast().header("Range")).contains("bytes=0-0");
    }

    @Test
    void anUnknownBlobIs404() {
        Content blob = Images.layer(10, 18);

        assertThat(TestGateway.text(gateway.get(path("nothing-here", blob)))).contains("BLOB_UNKNOWN");
        assertThat(gateway.head(path("nothing-here", blob)).statusCode()).isEqualTo(404);
    }

    @Test
    @DisplayName("C03: a client that reads slowly gets every byte, and holds back the upstream rather than memory")
    void aSlowClientHoldsBackTheUpstream() {
        Content blob = Images.layer(32 * SIZE, 19);
        String path = "/v2/library/slow/blobs/" + blob.digest();
        upstream.on("GET", path)
                .sends("HTTP/1.1 200 OK\r\nContent-Length: " + blob.bytes().length + "\r\n\r\n")
                .writes(out -> out.write(blob.bytes()));

        try (RawClient client = RawClient.connectSlow(gateway.port(), 8 * 1024)) {
            client.send(RawClient.request("GET", path("slow", blob)));
            client.readHead();
            byte[] first = client.readBytes(1000);
            upstream.awaitCount("GET " + path, 1);
            byte[] rest = client.readBytes(blob.bytes().length - 1000);

            assertThat(first).isEqualTo(Arrays.copyOf(blob.bytes(), 1000));
            assertThat(Images.sha256(concat(first, rest))).isEqualTo(blob.digest());
        }
    }

    private static byte[] concat(byte[] first, byte[] rest) {
        byte[] all = Arrays.copyOf(first, first.length + rest.length);
        System.arraycopy(rest, 0, all, first.length, rest.length);
        return all;
    }

    private static String path(String repository, Content blob) {
        return "/v2/" + repository + "/blobs/" + blob.digest();
    }
}
