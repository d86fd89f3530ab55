package io.sluice.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.HttpHead;
import io.sluice.testing.Images;
import io.sluice.testing.Images.Content;
import io.sluice.testing.RawClient;
import io.sluice.testing.RawResponse;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Blobs that are there. */
@ParameterizedClass
@EnumSource
@ExtendWith(SharedServers.class)
class KeptBlobsTest {

    /** Several windows, and an end within one. */
    private static final int SIZE = 3 * BlobTransfer.WINDOW + 4321;

    private static final Content CONTENT = Images.layer(SIZE, 1);

    private final FakeBlob blob = FakeBlob.whole(CONTENT);
    private final KeptBlobsServer server;
    private final String path;

    KeptBlobsTest(Wire wire, SharedServers.Pair servers) {
        this.server = servers.over(wire);
        this.path = server.put("kept", blob);
    }

    @AfterEach
    void close() {
        blob.close();
    }

    @Test
    void aBlobIsServedWithItsHeaders() {
        try (RawClient client = server.connect()) {
            RawResponse response = client.get(path);

            assertThat(response.status()).isEqualTo(200);
            assertThat(response.body()).isEqualTo(CONTENT.bytes());
            assertThat(response.headers("Content-Length")).containsExactly("" + SIZE);
            assertThat(response.headers("Content-Type")).containsExactly("application/octet-stream");
            assertThat(response.headers("Docker-Content-Digest")).containsExactly(CONTENT.digest());
            assertThat(response.headers("ETag")).containsExactly("\"" + CONTENT.digest() + "\"");
            assertThat(response.headers("Accept-Ranges")).containsExactly("bytes");
            assertThat(response.headers("Cache-Status")).containsExactly("sluice; hit");
            assertThat(response.headers("Transfer-Encoding")).isEmpty();
            assertThat(response.headers("Content-Range")).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "bytes=0-0, 0, 0",
        "bytes=100-199, 100, 199",
        "bytes=524287-524288, 524287, 524288",
        "bytes=1577184-, 1577184, 1577184",
        "bytes=1000000-, 1000000, 1577184",
        "bytes=0-, 0, 1577184",
        "bytes=-1, 1577184, 1577184",
        "bytes=-100, 1577085, 1577184",
        "bytes=-9999999, 0, 1577184",
        "bytes=1577000-99999999999999999999, 1577000, 1577184",
        "'bytes=100-199, 9999999-', 100, 199"
    })
    @DisplayName("C05: a range is 206 with exactly its bytes and its place")
    void aRangeIsServed(String range, int first, int last) {
        try (RawClient client = server.connect()) {
            RawResponse response = client.get(path, "Range: " + range);

            assertThat(response.status()).isEqualTo(206);
            assertThat(response.headers("Content-Range")).containsExactly("bytes " + first + "-" + last + "/" + SIZE);
            assertThat(response.headers("Content-Length")).containsExactly("" + (last - first + 1));
            assertThat(response.headers("Content-Type")).containsExactly("application/octet-stream");
            assertThat(response.headers("ETag")).containsExactly("\"" + CONTENT.digest() + "\"");
            assertThat(response.body()).isEqualTo(bytes(first, last));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bytes=1577185-",
                "bytes=9999999-99999999",
                "bytes=5-4",
                "bytes=-0",
                "bytes=9223372036854775808-",
                "bytes=99999999999999999999-99999999999999999999"
            })
    @DisplayName("C05: what the blob does not have is 416 and says how long the blob is")
    void aRangeBeyondTheBlobIsRefused(String range) {
        try (RawClient client = server.connect()) {
            RawResponse response = client.get(path, "Range: " + range);

            assertThat(response.status()).isEqualTo(416);
            assertThat(response.headers("Content-Range")).containsExactly("bytes */" + SIZE);
            assertThat(response.bodyText()).contains("RANGE_INVALID");
            assertThat(client.get(path, "Range: bytes=0-9").body()).isEqualTo(bytes(0, 9));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "lines=1-2",
                "bytes=a-b",
                "bytes=",
                "bytes=0-5,3-9",
                "bytes=0-,0-,0-,0-",
                "bytes=1-1,3-3,5-5,7-7,9-9,11-11,13-13,15-15,17-17"
            })
    @DisplayName("C05 T34: garbage, ranges that overlap and more than eight of them get the whole")
    void aRangeThatMeansNothingGetsTheWhole(String range) {
        try (RawClient client = server.connect()) {
            RawResponse response = client.get(path, "Range: " + range);

            assertThat(response.status()).isEqualTo(200);
            assertThat(response.body()).isEqualTo(CONTENT.bytes());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0-0,1-1",
                "1000000-,0-999999",
                "1577184-1577184,0-0,524280-524290",
                "0-99,100-199,200-299,300-399,400-499,500-599,600-699,1577184-1577184"
            })
    @DisplayName("C05 T34: up to eight ranges come as multipart/byteranges, in the client's order")
    void severalRangesAreServedInOneAnswer(String ranges) {
        try (RawClient client = server.connect()) {
            RawResponse response = client.get(path, "Range: bytes=" + ranges);

            assertThat(response.status()).isEqualTo(206);
            assertThat(response.headers("Content-Length")).containsExactly("" + response.body().length);
            assertThat(response.headers("ETag")).containsExactly("\"" + CONTENT.digest() + "\"");
            List<Multipart.Part> parts = Multipart.read(response);
            assertThat(parts.stream().map(Multipart.Part::contentRange)).containsExactlyElementsOf(places(ranges));
            for (int i = 0; i < parts.size(); i++) {
                String[] ends = places(ranges).get(i).split("[ /-]");
                assertThat(parts.get(i).bytes()).isEqualTo(bytes(Integer.parseInt(ends[1]), Integer.parseInt(ends[2])));
            }
            assertThat(client.get(path, "Range: bytes=5-9").body()).isEqualTo(bytes(5, 9));
        }
    }

    private static List<String> places(String ranges) {
        return Arrays.stream(ranges.split(","))
                .map(range -> "bytes " + (range.endsWith("-") ? range + (SIZE - 1) : range) + "/" + SIZE)
                .toList();
    }

    @Test
    void aBlobOfUnknownLengthIsChunkedUpToItsEnd() {
        try (FakeBlob unknown = FakeBlob.ofUnknownSize(CONTENT);
                RawClient client = server.connect()) {
            unknown.arrive(SIZE);
            unknown.end();
            String unknownPath = server.put("unknown", unknown);

            RawResponse response = client.get(unknownPath);

            assertThat(response.headers("Transfer-Encoding")).containsExactly("chunked");
            assertThat(response.headers("Content-Length")).isEmpty();
            assertThat(response.isComplete()).isTrue();
            assertThat(response.body()).isEqualTo(CONTENT.bytes());
            assertThat(client.get(unknownPath).body()).isEqualTo(CONTENT.bytes());
        }
    }

    @Test
    @DisplayName("C05: an empty blob is served, and no range of it")
    void anEmptyBlobIsServed() {
        try (FakeBlob empty = FakeBlob.whole(Images.layer(0, 1));
                RawClient client = server.connect()) {
            String emptyPath = server.put("empty", empty);

            RawResponse response = client.get(emptyPath);

            assertThat(response.status()).isEqualTo(200);
            assertThat(response.headers("Content-Length")).containsExactly("0");
            assertThat(client.get(emptyPath, "Range: bytes=0-").headers("Content-Range"))
                    .containsExactly("bytes */0");
            assertThat(client.get(path, "Range: bytes=0-9").body()).isEqualTo(bytes(0, 9));
        }
    }

    @Test
    @DisplayName("C11: pipelined requests for blobs, ranges and other things are answered in order")
    void pipelinedRequestsAreAnsweredInOrder() {
        List<String> ranges = List.of("", "Range: bytes=10-19", "Range: bytes=9999999-", "Range: bytes=0-0,5-9");
        try (RawClient client = server.connect()) {
            client.send(IntStream.range(0, 40)
                    .mapToObj(i -> RawClient.request("GET", path, line(ranges.get(i % 4)))
                            + RawClient.request(i % 3 == 0 ? "HEAD" : "GET", "/v2/other"))
                    .collect(Collectors.joining()));

            for (int i = 0; i < 40; i++) {
                assertAnswered(i % 4, client.read());
                RawResponse other = i % 3 == 0 ? client.readWithoutBody() : client.read();
                assertThat(other.bodyText()).isEqualTo(i % 3 == 0 ? "" : "/v2/other");
            }
        }
    }

    private static String[] line(String header) {
        return header.isEmpty() ? new String[0] : new String[] {header};
    }

    private static void assertAnswered(int which, RawResponse response) {
        assertThat(response.isComplete()).isTrue();
        switch (which) {
            case 0 -> assertThat(response.body()).isEqualTo(CONTENT.bytes());
            case 1 -> assertThat(response.body()).isEqualTo(bytes(10, 19));
            case 2 -> assertThat(response.status()).isEqualTo(416);
            default -> assertThat(Multipart.read(response)).hasSize(2);
        }
    }

    @Test
    void aClientThatWantsNoMoreIsClosedBehindTheBlob() {
        try (RawClient client = server.connect()) {
            client.send(RawClient.request("GET", path, "Connection: close"));
            HttpHead head = client.readHead();
            assertThat(head.headers("Connection")).containsExactly("close");
            assertThat(client.readBytes(SIZE)).isEqualTo(CONTENT.bytes());
            assertThat(client.awaitsClose()).isTrue();
        }
    }

    private static byte[] bytes(int first, int last) {
        return Arrays.copyOfRange(CONTENT.bytes(), first, last + 1);
    }
}
