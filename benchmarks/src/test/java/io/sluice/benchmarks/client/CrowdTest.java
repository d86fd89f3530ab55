package io.sluice.benchmarks.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.benchmarks.peer.SparseOrigin;
import io.sluice.testing.ScriptedUpstream;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CrowdTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final long SIZE = 1 << 20;

    @Test
    void everyClientGetsTheBlobAndSaysWhen() throws IOException {
        try (SparseOrigin origin = SparseOrigin.start(SIZE)) {
            CrowdResult result = Crowd.download(origin.blobAt(origin.uri()), new Clients(5, 5), LIMIT);

            assertThat(result.failures()).isEmpty();
            assertThat(result.downloads())
                    .hasSize(5)
                    .allMatch(download -> download.askedAt() < download.firstByteAt()
                            && download.firstByteAt() <= download.lastByteAt());
            assertThat(result.firstByteMillis()).hasSize(5);
            assertThat(origin.gets()).isEqualTo(5);
        }
    }

    @Test
    void aClientThatIsRefusedSaysWhy() throws IOException {
        try (SparseOrigin origin = SparseOrigin.start(SIZE);
                ScriptedUpstream other = ScriptedUpstream.start()) {
            Target absent = origin.blobAt(URI.create(other.url()));

            CrowdResult result = Crowd.download(absent, new Clients(2, 0), LIMIT);

            assertThat(result.downloads()).isEmpty();
            assertThat(result.failures()).hasSize(2).allMatch(failure -> failure.contains("404"));
        }
    }

    @Test
    void aClientThatIsCutOffSaysWhy() throws IOException {
        try (SparseOrigin origin = SparseOrigin.start(SIZE);
                ScriptedUpstream other = ScriptedUpstream.start()) {
            Target target = origin.blobAt(URI.create(other.url()));
            other.on("GET", target.path())
                    .sends("HTTP/1.1 200 OK\r\nContent-Length: " + SIZE + "\r\n\r\n12345")
                    .resets();

            CrowdResult result = Crowd.download(target, new Clients(1, 0), LIMIT);

            assertThat(result.downloads()).isEmpty();
            assertThat(result.failures()).hasSize(1);
        }
    }

    @Test
    void clientsAskAgainOnTheSameConnectionUntilTheTimeIsOver() throws IOException {
        try (SparseOrigin origin = SparseOrigin.start(SIZE)) {
            Throughput throughput = Crowd.repeat(origin.blobAt(origin.uri()), 2, Duration.ofSeconds(1));

            assertThat(throughput.failures()).isEmpty();
            assertThat(throughput.bytes()).isGreaterThanOrEqualTo(throughput.requests() * SIZE);
            assertThat(throughput.requests()).isBetween(origin.gets() - 2L, (long) origin.gets());
            assertThat(throughput.time()).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
        }
    }
}
