package io.sluice.benchmarks.jmh;

import io.sluice.oci.DistributionRequest;
import io.sluice.oci.DistributionRequestParser;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Reading what is asked for from a raw path. */
@State(Scope.Benchmark)
public class RequestParserBenchmark {

    private final String tag = "/docker.io/v2/library/alpine/manifests/3.22";
    private final String digest = "/docker.io/v2/library/alpine/manifests/sha256:" + "0123456789abcdef".repeat(4);

    @Benchmark
    public DistributionRequest manifestByTag() {
        return DistributionRequestParser.parse(tag, null);
    }

    @Benchmark
    public DistributionRequest manifestByDigest() {
        return DistributionRequestParser.parse(digest, null);
    }
}
