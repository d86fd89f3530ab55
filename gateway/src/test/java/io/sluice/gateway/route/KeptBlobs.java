package io.sluice.gateway.route;

import io.sluice.cache.blob.BlobReader;
import io.sluice.gateway.error.RangeUnsatisfiableException;
import io.sluice.gateway.metrics.Kind;
import io.sluice.gateway.metrics.PullRecord;
import io.sluice.gateway.pull.BlobAnswer;
import io.sluice.gateway.pull.CacheStatus;
import io.sluice.oci.ByteRange;
import io.sluice.oci.RangeRequest;
import io.sluice.oci.RangeRequest.Selection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/** Answers {@code /v2/kept/blobs/<name>} with the blob that a test has put there, as a pull would. */
final class KeptBlobs implements WebFilter, Ordered {

    private static final String PREFIX = "/v2/kept/blobs/";

    private final Map<String, FakeBlob> blobs = new ConcurrentHashMap<>();

    /** Puts a blob under a name; the path that leads to it. */
    String put(String name, FakeBlob blob) {
        blobs.put(name, blob);
        return PREFIX + name;
    }

    @Override
    public int getOrder() {
        return 0;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        String path = exchange.getRequest().getURI().getRawPath();
        FakeBlob blob = path.startsWith(PREFIX) ? blobs.get(path.substring(PREFIX.length())) : null;
        if (blob == null) {
            return chain.filter(exchange);
        }
        PullRecord.begin(exchange, "hub", Kind.BLOB, "library/kept");
        return Mono.using(blob::open, reader -> answer(exchange, reader), BlobReader::close);
    }

    private static Mono<Void> answer(ServerWebExchange exchange, BlobReader reader) {
        String range = exchange.getRequest().getHeaders().getFirst(HttpHeaders.RANGE);
        return Mono.fromSupplier(() -> ranges(RangeRequest.parse(range), reader.size()))
                .flatMap(ranges -> BlobResponse.write(
                        exchange,
                        new BlobAnswer.Kept(reader.digest(), CacheStatus.HIT, reader, reader.size(), ranges)));
    }

    private static List<ByteRange> ranges(RangeRequest request, long size) {
        if (size < 0) {
            return List.of();
        }
        return switch (request.select(size)) {
            case Selection.Whole whole -> List.of();
            case Selection.Parts parts -> parts.ranges();
            case Selection.Unsatisfiable none -> throw new RangeUnsatisfiableException(size);
        };
    }
}
