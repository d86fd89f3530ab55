package io.sluice.benchmarks.jmh;

import io.sluice.oci.Accept;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Normalising the types that a client takes: a list in one line, as containerd sends it, and a line for each. */
@State(Scope.Benchmark)
public class AcceptBenchmark {

    private final List<String> types = List.of(
            "application/vnd.docker.distribution.manifest.v2+json",
            "application/vnd.docker.distribution.manifest.list.v2+json",
            "application/vnd.oci.image.manifest.v1+json",
            "application/vnd.oci.image.index.v1+json",
            "*/*");
    private final List<String> list = List.of(String.join(", ", types));

    @Benchmark
    public Accept oneLine() {
        return Accept.parse(list);
    }

    @Benchmark
    public Accept manyLines() {
        return Accept.parse(types);
    }
}
