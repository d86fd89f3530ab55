package io.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.HttpHead;
import io.sluice.testing.RawClient;
import io.sluice.testing.ScriptedUpstream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged gateway with little memory, a blob of zeros that is many times as long, and a hundred readers of it. */
class LittleMemoryIT {

    private static final int MIB = 1024 * 1024;
    private static final int HEAP = 64 * MIB;
    private static final int DIRECT = 64 * MIB;
    private static final long SIZE = 8L * HEAP;

    private static final int CRAWLING = 30;
    private static final int STOPPED = 40;
    private static final int LEAVING = 28;
    private static final int READ_BY_STOPPED = 64 * 1024;

    /** So far the first reader goes before the crawling ones follow a little, and one client leaves for another. */
    private static final int LEAP = 8 * MIB;

    private static final int CRAWL = 4 * 1024;
    private static final int PIECE = 64 * 1024;
    private static final int SMALL_BUFFER = 8 * 1024;
    private static final byte[] ZEROS = new byte[PIECE];
    private static final long LIMIT_SECONDS = 120;

    private final String path = "blobs/" + digestOfZeros();
    private final List<RawClient> stopped = new ArrayList<>();
    private final List<RawClient> crawling = new ArrayList<>();
    private final Deque<RawClient> leaving = new ArrayDeque<>();

    @Test
    @DisplayName(
            "G08: a blob of eight times the heap, 100 readers of every kind: all of it for who reads, no memory for it")
    void memoryDoesNotGrowWithTheBlobNorWithItsReaders(@TempDir Path directory) throws Exception {
        List<String> flags = List.of("-Xmx" + HEAP, "-XX:MaxDirectMemorySize=" + DIRECT);
        try (ScriptedUpstream upstream = ScriptedUpstream.start();
                GatewayProcess gateway = GatewayProcess.startWithFlags(flags, directory, URI.create(upstream.url()))) {
            upstream.on("GET", "/v2/library/zeros/" + path)
                    .sends("HTTP/1.1 200 OK\r\nContent-Length: " + SIZE + "\r\n\r\n")
                    .writes(LittleMemoryIT::writeZeros);
            try {
                pull(upstream, gateway);
            } finally {
                leave();
            }
        }
    }

    /** Who stands still would else be waited for when the gateway ends. */
    private void leave() {
        Stream.of(stopped, crawling, leaving).forEach(clients -> clients.forEach(RawClient::close));
    }

    private void pull(ScriptedUpstream upstream, GatewayProcess gateway) throws Exception {
        CompletableFuture<Long> other = CompletableFuture.supplyAsync(() -> readAll(gateway));

        assertThat(readAllBeforeTheCrowd(gateway)).isEqualTo(SIZE);

        assertThat(other.get(LIMIT_SECONDS, TimeUnit.SECONDS)).isEqualTo(SIZE);
        assertThat(upstream.count("GET /v2/library/zeros/" + path)).isEqualTo(1);
        assertThat(gateway.metric("sluice_blob_store_readers")).isGreaterThanOrEqualTo(CRAWLING + STOPPED);
        gateway.assertNothingLeaked();
        assertThat(gateway.process().lines()).noneMatch(line -> line.contains("OutOfMemoryError"));
    }

    /** Reads all of it, and after every leap lets the crowd have its turn; returns how many zeros there were. */
    private long readAllBeforeTheCrowd(GatewayProcess gateway) {
        try (RawClient first = begin(gateway, 0)) {
            gather(gateway);
            long read = 0;
            while (read < SIZE) {
                read += readLeap(first);
                crawling.forEach(client -> assertZeros(client.readBytes(CRAWL), CRAWL));
                leaving.removeFirst().reset();
                leaving.add(begin(gateway, SMALL_BUFFER));
                assertThat(directMemory(gateway)).isBetween(1.0, (double) DIRECT);
            }
            return read;
        }
    }

    /** What the JVM counts, or Netty: which of them has all of it depends on how Netty comes by its memory. */
    private static double directMemory(GatewayProcess gateway) {
        return Math.max(
                gateway.metric("jvm_buffer_memory_used_bytes{id=\"direct\"}"),
                gateway.metric("netty_allocator_memory_used"));
    }

    private void gather(GatewayProcess gateway) {
        for (int i = 0; i < CRAWLING; i++) {
            crawling.add(begin(gateway, SMALL_BUFFER));
        }
        for (int i = 0; i < STOPPED; i++) {
            stopped.add(begin(gateway, SMALL_BUFFER));
        }
        for (int i = 0; i < LEAVING; i++) {
            leaving.add(begin(gateway, SMALL_BUFFER));
        }
        stopped.forEach(client -> assertZeros(client.readBytes(READ_BY_STOPPED), READ_BY_STOPPED));
    }

    /** A client that has the head of its answer. */
    private RawClient begin(GatewayProcess gateway, int receiveBuffer) {
        RawClient client = RawClient.connectSlow(gateway.port(), receiveBuffer);
        HttpHead head =
                client.send(RawClient.request("GET", "/v2/zeros/" + path)).readHead();
        assertThat(head.startLine()).isEqualTo("HTTP/1.1 200 OK");
        return client;
    }

    private long readAll(GatewayProcess gateway) {
        try (RawClient client = begin(gateway, 0)) {
            long read = 0;
            while (read < SIZE) {
                read += readLeap(client);
            }
            return read;
        }
    }

    private static int readLeap(RawClient client) {
        for (int read = 0; read < LEAP; read += PIECE) {
            assertZeros(client.readBytes(PIECE), PIECE);
        }
        return LEAP;
    }

    private static void assertZeros(byte[] bytes, int count) {
        assertThat(bytes).hasSize(count);
        assertThat(Arrays.mismatch(bytes, 0, count, ZEROS, 0, count)).isNegative();
    }

    private static void writeZeros(OutputStream out) throws IOException {
        for (long left = SIZE; left > 0; left -= PIECE) {
            out.write(ZEROS);
        }
    }

    private static String digestOfZeros() {
        try {
            MessageDigest hash = MessageDigest.getInstance("SHA-256");
            for (long left = SIZE; left > 0; left -= PIECE) {
                hash.update(ZEROS);
            }
            return "sha256:" + HexFormat.of().formatHex(hash.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has it", e);
        }
    }
}
