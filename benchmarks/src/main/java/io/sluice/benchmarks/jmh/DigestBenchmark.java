package io.sluice.benchmarks.jmh;

import io.sluice.oci.Digest;
import io.sluice.oci.Digest.Algorithm;
import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Hashing content: about a manifest, and a piece of a layer. */
@State(Scope.Benchmark)
public class DigestBenchmark {

    /** How many bytes. */
    @Param({"4096", "1048576"})
    public int bytes;

    private byte[] content = {};

    @Setup
    public void fill() {
        content = new byte[bytes];
        new SplittableRandom(1).nextBytes(content);
    }

    @Benchmark
    public Digest sha256() {
        return Digest.hash(Algorithm.SHA256, content);
    }
}
