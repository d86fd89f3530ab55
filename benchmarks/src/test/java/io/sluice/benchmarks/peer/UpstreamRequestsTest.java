package io.sluice.benchmarks.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.process.LoggedRequest;
import java.util.List;
import org.junit.jupiter.api.Test;

class UpstreamRequestsTest {

    @Test
    void requestsForTheBlobAreToldFromOthersAndOurMarksAreNone() {
        List<LoggedRequest> requests = List.of(
                new LoggedRequest("GET", "/v2/bench/blobs/blobs/sha256:ab", 200),
                new LoggedRequest("GET", "/v2/bench/blobs/blobs/sha256:ab", 206),
                new LoggedRequest("HEAD", "/v2/bench/blobs/blobs/sha256:ab", 200),
                new LoggedRequest("GET", "/v2/bench/blobs/blobs/sha256:cd", 200),
                new LoggedRequest("GET", "/v2/", 200),
                new LoggedRequest("GET", "/v2/?mark", 200));

        assertThat(UpstreamRequests.of(requests, "sha256:ab")).isEqualTo(new UpstreamRequests(2, 1, 2));
    }

    @Test
    void withoutADigestEveryBlobCounts() {
        List<LoggedRequest> requests = List.of(
                new LoggedRequest("GET", "/v2/bench/images/blobs/sha256:ab", 200),
                new LoggedRequest("GET", "/v2/bench/images/blobs/sha256:cd", 200),
                new LoggedRequest("HEAD", "/v2/bench/images/manifests/v1", 200));

        UpstreamRequests upstream = UpstreamRequests.of(requests, "");

        assertThat(upstream).isEqualTo(new UpstreamRequests(2, 0, 1));
        assertThat(upstream.all()).isEqualTo(3);
    }
}
