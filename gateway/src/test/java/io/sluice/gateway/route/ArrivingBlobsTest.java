package io.sluice.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testing.HttpHead;
import io.sluice.testing.Images;
import io.sluice.testing.Images.Content;
import io.sluice.testing.RawClient;
import io.sluice.testing.RawResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Blobs that are arriving, and some that do not arrive. */
@ParameterizedClass
@EnumSource
@ExtendWith(SharedServers.class)
class ArrivingBlobsTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final int SIZE = 2_000_000;
    private static final int HALF = SIZE / 2;

    /** So little that it leaves, however little the client reads. */
    private static final int LITTLE = 20_000;

    private static final Content CONTENT = Images.layer(SIZE, 3);

    private final FakeBlob blob = FakeBlob.arriving(CONTENT);
    private final KeptBlobsServer server;
    private final String path;

    ArrivingBlobsTest(Wire wire, SharedServers.Pair servers) {
        this.server = servers.over(wire);
        this.path = server.put("arriving", blob);
    }

    @AfterEach
    void close() {
        blob.close();
    }

    @Test
    void everyByteIsPassedOnAsSoonAsItIsThere() {
        try (RawClient client = server.connect()) {
            client.send(RawClient.request("GET", path));
            int read = 0;
            for (int arrived : new int[] {1, 2, 1000, 70_000, 70_001, 1_500_000, SIZE - 65_536, SIZE}) {
                blob.arrive(arrived);
                if (read == 0) {
                    assertThat(client.readHead().headers("Content-Length")).containsExactly("" + SIZE);
                }
                assertThat(client.readBytes(arrived - read)).isEqualTo(bytes(read, arrived));
                read = arrived;
            }
            blob.end();
            assertThat(client.get(path).body()).isEqualTo(CONTENT.bytes());
        }
    }

    @Test
    void aBlobOfUnknownLengthEndsWhenItIsKnownToHaveEnded() {
        try (FakeBlob unknown = FakeBlob.ofUnknownSize(CONTENT);
                RawClient client = server.connect()) {
            client.send(RawClient.request("GET", server.put("unknown", unknown)));
            unknown.arrive(100);
            await().atMost(LIMIT).until(() -> unknown.waiting() == 1);
            unknown.arrive(LITTLE);
            await().atMost(LIMIT).until(() -> unknown.waiting() == 1);
            unknown.end();

            RawResponse response = client.read();
            assertThat(response.isComplete()).isTrue();
            assertThat(response.body()).isEqualTo(bytes(0, LITTLE));
            assertThat(client.get("/v2/other").bodyText()).isEqualTo("/v2/other");
        }
    }

    @Test
    @DisplayName("C06: a range of a blob that is arriving waits for its first byte, and for its last")
    void aRangeWaitsForItsBytes() {
        blob.arrive(HALF - 100);
        try (RawClient client = server.connect()) {
            client.send(RawClient.request("GET", path, "Range: bytes=" + HALF + "-" + (HALF + 99)));
            HttpHead head = client.readHead();
            assertThat(head.startLine()).contains("206");
            await().atMost(LIMIT).until(() -> blob.waiting() == 1);
            blob.arrive(HALF + 10);
            assertThat(client.readBytes(10)).isEqualTo(bytes(HALF, HALF + 10));
            blob.arrive(SIZE);
            assertThat(client.readBytes(90)).isEqualTo(bytes(HALF + 10, HALF + 100));

            assertThat(client.get(path, "Range: bytes=0-9").body()).isEqualTo(bytes(0, 10));
        }
    }

    @Test
    @DisplayName("C06: several ranges of a blob that is arriving wait for each other's bytes in the client's order")
    void severalRangesWaitForTheirBytes() {
        blob.arrive(1000);
        try (RawClient client = server.connect()) {
            client.send(RawClient.request("GET", path, "Range: bytes=0-9,-10,20-29"));
            await().atMost(LIMIT).until(() -> blob.waiting() == 1);
            blob.arrive(SIZE);

            assertThat(Multipart.read(client.read()))
                    .extracting(Multipart.Part::bytes)
                    .containsExactly(bytes(0, 10), bytes(SIZE - 10, SIZE), bytes(20, 30));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Range: bytes=100-", "Range: bytes=0-9,1000-", "Range: bytes=-1"})
    @DisplayName("T01 U06: an answer whose bytes do not come breaks off, and is never ended as if it were whole")
    void anAnswerBreaksOff(String range) {
        assertBreaksOff(blob, range, FakeBlob::fail);
    }

    @Test
    @DisplayName("U10: an answer of unknown length whose bytes do not come gets no last chunk")
    void aChunkedAnswerBreaksOff() {
        try (FakeBlob unknown = FakeBlob.ofUnknownSize(CONTENT)) {
            assertBreaksOff(unknown, "", FakeBlob::fail);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Range: bytes=100-", "Range: bytes=0-9,1000-"})
    @DisplayName("K10: an answer from a file that ends too early breaks off")
    void anAnswerFromAShortFileBreaksOff(String range) {
        assertBreaksOff(blob, range, FakeBlob::end);
    }

    private void assertBreaksOff(FakeBlob broken, String range, Consumer<FakeBlob> fault) {
        double errors = server.edge().pulls("error", "blob");
        String[] headers = range.isEmpty() ? new String[0] : new String[] {range};
        broken.arrive(LITTLE);
        try (RawClient client = server.connect()) {
            client.send(RawClient.request("GET", server.put("broken", broken), headers));
            await().atMost(LIMIT).until(() -> broken.waiting() == 1);
            fault.accept(broken);

            RawResponse response = client.read();
            assertThat(response.isComplete()).isFalse();
            assertThat(response.body().length).isLessThan(LITTLE + 1000);
        }
        await().atMost(LIMIT).untilAsserted(() -> {
            assertThat(broken.readers()).isZero();
            assertThat(server.edge().pulls("error", "blob")).isEqualTo(errors + 1);
        });
    }

    @Test
    @DisplayName("C01 G11: a client that leaves while it waits is let go at once")
    void aClientThatLeavesWhileItWaitsIsLetGo() {
        blob.arrive(LITTLE);
        RawClient client = server.connect();
        client.send(RawClient.request("GET", path));
        await().atMost(LIMIT).until(() -> blob.waiting() == 1);

        client.reset();

        await().atMost(LIMIT).untilAsserted(() -> {
            assertThat(blob.waiting()).isZero();
            assertThat(blob.readers()).isZero();
        });
    }

    private static byte[] bytes(int from, int to) {
        return Arrays.copyOfRange(CONTENT.bytes(), from, to);
    }
}
