package io.sluice.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.PooledByteBufAllocator;
import io.sluice.testing.Images;
import io.sluice.testing.Images.Content;
import io.sluice.testing.RawClient;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients that take their blobs slowly, or not at all, at a gateway that soon loses its patience with the latter. */
@ParameterizedClass
@EnumSource
class SlowClientsTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    /** How long a slow client takes from one piece to the next; more than the patience for all of them. */
    private static final Duration PACE = PATIENCE.dividedBy(8);

    private static final long LARGE = 64L << 20;
    private static final int STOPPED = 1000;
    private static final int PIECE = 100_000;

    /** What a stopped client may cost under TLS: a piece, encrypted, and what encrypting it took. */
    private static final long BYTES_PER_CLIENT = 2L * BlobTransfer.ENCRYPTED_PIECE;

    private final Wire wire;

    SlowClientsTest(Wire wire) {
        this.wire = wire;
    }

    @Test
    @DisplayName(
            "C04: 1,000 stopped clients cost no memory in the clear, a piece each under TLS, and all of them are dropped")
    void stoppedClientsAreDropped() {
        try (KeptBlobsServer server = start();
                FakeBlob blob = FakeBlob.zeroes(LARGE)) {
            String path = server.put("stopped", blob);
            List<RawClient> clients =
                    Stream.generate(() -> connected(server)).limit(STOPPED).toList();
            long before = memory();
            clients.forEach(client -> client.send(RawClient.request("GET", path)));
            await().atMost(LIMIT).until(() -> blob.openedSoFar() == STOPPED);
            clients.forEach(RawClient::readHead);

            long bound = wire == Wire.TLS ? STOPPED * BYTES_PER_CLIENT : 8L << 20;
            assertThat(memory() - before).isLessThan(bound);
            assertThat(blob.askedTo()).as("nothing is read ahead of a client").isLessThan(8L << 20);

            await().atMost(LIMIT).until(() -> blob.readers() == 0);
            await().atMost(LIMIT).until(() -> server.edge().pulls("error", "blob") == STOPPED);
            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(memory() - before).isLessThan(1 << 20));
            clients.forEach(RawClient::close);
        }
    }

    @Test
    @DisplayName(
            "C03: a client that takes its blob slowly is served, whatever its pace was before, and holds back nobody")
    void slowClientsAreServed() {
        Content content = Images.layer(4 << 20, 4);
        try (KeptBlobsServer server = start();
                FakeBlob blob = FakeBlob.whole(content);
                RawClient slow = server.connectSlow()) {
            String path = server.put("slow", blob);
            slow.send(RawClient.request("GET", path)).readHead();
            int fast = 3 << 20;
            assertThat(slow.readBytes(fast)).isEqualTo(Arrays.copyOf(content.bytes(), fast));

            int read = fast;
            for (int i = 0; i < 10; i++) {
                long readLast = System.nanoTime();
                await().atMost(LIMIT).until(() -> {
                    assertServed(server, path, content);
                    return System.nanoTime() - readLast > PACE.toNanos();
                });
                assertThat(slow.readBytes(PIECE)).isEqualTo(Arrays.copyOfRange(content.bytes(), read, read + PIECE));
                read += PIECE;
            }
            assertThat(slow.readBytes(content.bytes().length - read)).hasSize(content.bytes().length - read);
            assertThat(slow.get(path).body()).isEqualTo(content.bytes());
        }
    }

    /** A client that has been served already, so that its handshake is over. */
    private static RawClient connected(KeptBlobsServer server) {
        RawClient client = server.connectSlow();
        assertThat(client.get("/v2/other").status()).isEqualTo(200);
        return client;
    }

    private static void assertServed(KeptBlobsServer server, String path, Content content) {
        try (RawClient client = server.connect()) {
            assertThat(client.get(path).body()).isEqualTo(content.bytes());
        }
    }

    private KeptBlobsServer start() {
        return KeptBlobsServer.start(wire, "server.clients.stall-timeout=" + PATIENCE.toMillis() + "ms");
    }

    /** What buffers hold of Netty's direct memory, bytes. */
    private static long memory() {
        return PooledByteBufAllocator.DEFAULT.pinnedDirectMemory() + PooledByteBufAllocator.DEFAULT.pinnedHeapMemory();
    }
}
