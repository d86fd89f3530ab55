package io.sluice.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.HttpHead;
import io.sluice.testing.Images;
import io.sluice.testing.Images.Content;
import io.sluice.testing.RawClient;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedServers.class)
class KeptBlobsInTheClearTest {

    private final KeptBlobsServer server;

    KeptBlobsInTheClearTest(SharedServers.Pair servers) {
        this.server = servers.clear();
    }

    @RepeatedTest(20)
    @DisplayName("C21: a client that shuts its side down after its request gets the whole blob, and then the end")
    void aHalfClosedClientGetsTheWhole() {
        Content content = Images.layer(2_000_000, 2);
        try (FakeBlob blob = FakeBlob.whole(content);
                RawClient client = server.connect()) {
            client.send(RawClient.request("GET", server.put("half-closed", blob)))
                    .halfClose();

            assertThat(client.read().body()).isEqualTo(content.bytes());
            assertThat(client.awaitsClose()).isTrue();
        }
    }

    @Test
    void positionsBeyondTwoGigabytesAreServed() {
        long size = (1L << 31) + 1_000_000;
        try (FakeBlob blob = FakeBlob.zeroes(size);
                RawClient client = server.connect()) {
            String path = server.put("large", blob);

            HttpHead head = client.send(RawClient.request("GET", path, "Range: bytes=5-"))
                    .readHead();
            assertThat(head.headers("Content-Length")).containsExactly("" + (size - 5));
            assertThat(skip(client, size - 5)).isEqualTo(size - 5);

            assertThat(client.get(path, "Range: bytes=" + (size - 10) + "-").body())
                    .isEqualTo(new byte[10]);
        }
    }

    private static long skip(RawClient client, long count) {
        long skipped = 0;
        while (skipped < count) {
            int read = client.readBytes((int) Math.min(1 << 20, count - skipped)).length;
            if (read == 0) {
                break;
            }
            skipped += read;
        }
        return skipped;
    }
}
