package io.sluice.gateway.it;

import static io.sluice.gateway.it.ManifestsOverHttpTest.header;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testing.Images;
import io.sluice.testing.Images.Content;
import io.sluice.testing.ScriptedUpstream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gateway over a cache of 100,000 small files, all but one of which are not what they are called. */
class ManyBlobsRestartTest {

    private static final int FILES = 100_000;
    private static final Duration READY_WITHIN = Duration.ofSeconds(5);
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int DIGEST_BYTES = 32;
    private static final int PREFIX = 2;

    private final Content right = Images.layer(1000, 22);
    private final String path = "/v2/many/blobs/" + right.digest();

    @Test
    @DisplayName(
            "K22 G04: with 100,000 small blobs it is ready within 5 s, hashes none of them, and serves what it held")
    void aStartWithManyBlobsIsAsSoonReady(@TempDir Path directory) throws IOException {
        String url;
        try (ScriptedUpstream upstream = ScriptedUpstream.start()) {
            url = upstream.url();
            upstream.blob("library/many", right);
            try (TestGateway gateway = TestGateway.inFrontOf(url, directory)) {
                assertThat(gateway.get(path).body()).isEqualTo(right.bytes());
                awaitEntries(gateway, 1);
            }
        }
        fill(directoryOf(right, directory));
        try (TestGateway gateway = TestGateway.inFrontOf(url, directory)) {
            awaitEntries(gateway, FILES);
        }

        long begin = System.nanoTime();
        try (TestGateway gateway = TestGateway.inFrontOf(url, directory)) {
            HttpResponse<byte[]> response = gateway.get(path);
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(READY_WITHIN);
            assertThat(response.body()).isEqualTo(right.bytes());
            assertThat(header(response, "Cache-Status")).isEqualTo("sluice; hit");
            awaitEntries(gateway, FILES);
        }
    }

    /** What is hashed and differs is no entry any more. */
    private static void awaitEntries(TestGateway gateway, int count) {
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(gateway.scrape())
                        .containsPattern("(?m)^sluice_blob_store_entries " + Double.toString(count) + "$"));
    }

    /** Where blobs lie, each in a directory that is named by the first digits of its digest. */
    private static Path directoryOf(Content blob, Path directory) throws IOException {
        String hex = blob.digest().substring("sha256:".length());
        try (Stream<Path> all = Files.walk(directory)) {
            List<Path> files = all.filter(file -> file.endsWith(hex)).toList();
            assertThat(files).hasSize(1);
            return files.getFirst().resolveSibling("..").normalize();
        }
    }

    private static void fill(Path blobs) throws IOException {
        Random random = new Random(22);
        byte[] hash = new byte[DIGEST_BYTES];
        for (int i = 1; i < FILES; i++) {
            random.nextBytes(hash);
            String hex = HexFormat.of().formatHex(hash);
            Path directory = blobs.resolve(hex.substring(0, PREFIX));
            Files.createDirectories(directory);
            Files.write(directory.resolve(hex), hash);
        }
    }
}
