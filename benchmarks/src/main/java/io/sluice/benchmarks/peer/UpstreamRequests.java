package io.sluice.benchmarks.peer;

import io.sluice.testing.process.LoggedRequest;
import java.util.List;

/**
 * What a peer asked of the registry.
 *
 * @param gets of the blob, of all of it or of a part
 * @param heads of the blob
 * @param others mostly pings
 */
public record UpstreamRequests(int gets, int heads, int others) {

    /** However it was asked. */
    public int all() {
        return gets + heads + others;
    }

    static UpstreamRequests of(List<LoggedRequest> requests, String digest) {
        int gets = 0;
        int heads = 0;
        int others = 0;
        for (LoggedRequest request : requests) {
            if (asks(request, "GET", digest)) {
                gets++;
            } else if (asks(request, "HEAD", digest)) {
                heads++;
            } else if (isAPeers(request)) {
                others++;
            }
        }
        return new UpstreamRequests(gets, heads, others);
    }

    /** Not the marks with which the log is read. */
    private static boolean isAPeers(LoggedRequest request) {
        return !request.path().startsWith("/v2/?");
    }

    private static boolean asks(LoggedRequest request, String method, String digest) {
        return request.method().equals(method) && request.path().contains("/blobs/" + digest);
    }
}
