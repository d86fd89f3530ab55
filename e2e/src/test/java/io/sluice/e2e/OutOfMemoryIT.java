package io.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.Images;
import io.sluice.testing.Images.Content;
import io.sluice.testing.RawClient;
import io.sluice.testing.RawResponse;
import io.sluice.testing.ScriptedUpstream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged gateway with a heap that is enough to start, and too small for the manifests that then come at once. */
class OutOfMemoryIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final List<String> LITTLE = List.of("-Xmx64m");
    private static final int EXITED_FOR_WANT_OF_MEMORY = 3;

    /** So many manifests of that length are within the limit of all that are fetched at once, and beyond such a heap. */
    private static final int MANIFESTS = 15;

    private static final int MANIFEST_SIZE = 4_000_000;
    private static final int SIZE = 3_000_000;

    private final Content held = Images.layer(SIZE, 1);
    private final Content half = Images.layer(SIZE, 2);
    private final Content image = Images.image(held, half);

    @Test
    @DisplayName("G12 K15: without memory the process ends with 3, and a restart serves what was held and nothing half")
    void itEndsAndStartsClean(@TempDir Path directory) throws Exception {
        try (ScriptedUpstream upstream = ScriptedUpstream.start()) {
            script(upstream);
            URI uri = URI.create(upstream.url());
            try (GatewayProcess gateway = GatewayProcess.startWithFlags(LITTLE, directory, uri)) {
                get(gateway, "app/manifests/latest");
                assertThat(get(gateway, "app/blobs/" + held.digest()).body()).isEqualTo(held.bytes());
                gateway.restart();
                runOutOfMemory(gateway);
            }
            assertThat(filesIn(directory.resolve("cache/blobs/incoming"))).isEqualTo(1);
            try (GatewayProcess gateway = GatewayProcess.startWithFlags(List.of(), directory, uri)) {
                assertNothingWasLost(gateway);
                assertThat(filesIn(directory.resolve("cache/blobs/incoming"))).isZero();
                assertThat(get(gateway, "app/blobs/" + half.digest()).body()).isEqualTo(half.bytes());
            }
            assertThat(upstream.count("GET " + path("app/blobs/" + held.digest())))
                    .isEqualTo(1);
            assertThat(upstream.count("GET " + path("app/blobs/" + half.digest())))
                    .isEqualTo(2);
        }
    }

    private void script(ScriptedUpstream upstream) {
        upstream.manifest("library/app", image, "latest");
        upstream.blob("library/app", held);
        String head = "HTTP/1.1 200 OK\r\nContent-Length: ";
        upstream.on("GET", path("app/blobs/" + half.digest()))
                .sends(head + SIZE + "\r\n\r\n")
                .sends(Arrays.copyOf(half.bytes(), SIZE / 2))
                .stalls()
                .then()
                .responds(200, Map.of(), half.bytes());
        upstream.on("GET", path("flood/manifests/*"))
                .sends(head + MANIFEST_SIZE + "\r\nContent-Type: " + image.mediaType() + "\r\n\r\n")
                .sends(new byte[MANIFEST_SIZE - 1])
                .stalls();
    }

    /** A blob is half there then. */
    private void runOutOfMemory(GatewayProcess gateway) {
        RawClient reader = ask(gateway, "app/blobs/" + half.digest());
        reader.readHead();
        assertThat(reader.readBytes(SIZE / 4)).isEqualTo(Arrays.copyOf(half.bytes(), SIZE / 4));
        List<RawClient> flood = IntStream.range(0, MANIFESTS)
                .mapToObj(i -> ask(gateway, "flood/manifests/" + Images.sha256(new byte[] {(byte) i})))
                .toList();

        assertThat(gateway.process().awaitEnd(LIMIT)).isEqualTo(EXITED_FOR_WANT_OF_MEMORY);

        assertThat(gateway.process().output()).contains("Terminating due to java.lang.OutOfMemoryError");
        flood.forEach(RawClient::close);
        reader.close();
    }

    private void assertNothingWasLost(GatewayProcess gateway) {
        for (String what : List.of("app/manifests/latest", "app/blobs/" + held.digest())) {
            assertThat(get(gateway, what).header("Cache-Status")).as(what).contains("sluice; hit");
        }
        assertThat(get(gateway, "app/blobs/" + held.digest()).body()).isEqualTo(held.bytes());
    }

    private static long filesIn(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.count();
        }
    }

    private static String path(String what) {
        return "/v2/library/" + what;
    }

    private static RawClient ask(GatewayProcess gateway, String what) {
        return RawClient.connect(gateway.port()).send(RawClient.request("GET", "/v2/" + what));
    }

    private static RawResponse get(GatewayProcess gateway, String what) {
        try (RawClient client = ask(gateway, what)) {
            return client.read();
        }
    }
}
