package io.sluice.benchmarks.memory;

import io.sluice.benchmarks.client.Mix;
import io.sluice.benchmarks.client.Pause;
import io.sluice.benchmarks.client.ReaderCrowd;
import io.sluice.benchmarks.client.Tally;
import io.sluice.benchmarks.peer.Peers;
import io.sluice.benchmarks.peer.SparseOrigin;
import io.sluice.benchmarks.report.Measure;
import io.sluice.benchmarks.report.Section;
import io.sluice.benchmarks.report.Statistics;
import io.sluice.benchmarks.report.Verdict;
import io.sluice.testing.process.Command;
import io.sluice.testing.process.GatewayJar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** One very large blob, cold at first, and readers of every kind of it; only through the gateway. */
public final class MemoryCase {

    private static final Measure HEAP_AFTER_GC = new Measure("heap after a collection, most, MiB", 0);
    private static final Measure HEAP = new Measure("heap in use, garbage included, most, MiB", 0);
    private static final Measure HEAP_AT_END = new Measure("heap after a full collection at the end, MiB", 0);
    private static final Measure HEAP_SLOPE = new Measure("heap after a collection, growth in the last half, MiB", 1);
    private static final Measure DIRECT = new Measure("direct memory, most, MiB", 1);
    private static final Measure DIRECT_SLOPE = new Measure("direct memory, growth in the last half, MiB", 1);
    private static final Measure RESIDENT = new Measure("resident, most, MiB", 0);
    private static final Measure RESIDENT_SLOPE = new Measure("resident, growth in the last half, MiB", 1);
    private static final Measure FILES = new Measure("open files, most", 0);
    private static final Measure FILES_AT_END = new Measure("open files when all readers have gone", 0);
    private static final Measure SAMPLES = new Measure("samples, one a second", 0);
    private static final Measure GETS = new Measure("GETs of the blob upstream", 0);
    private static final Measure HEADS = new Measure("HEADs of the blob upstream", 0);
    private static final Measure COMPLETE = new Measure("whole blobs read", 0);
    private static final Measure BYTES = new Measure("read altogether, GB", 1);
    private static final Measure DEPARTURES = new Measure("readers that hung up, and came back", 0);
    private static final Measure DROPPED_CRAWLING = new Measure("crawling readers that were dropped", 0);
    private static final Measure DROPPED_STOPPED = new Measure("stopped readers that were dropped", 0);
    private static final Measure FAILURES = new Measure("other answers that were none or ended early", 0);
    private static final Measure OUT_OF_MEMORY = new Measure("lines of the log with an OutOfMemoryError", 0);

    private static final double MAX_HEAP = 200;
    private static final double MAX_DIRECT = 128;
    private static final double MAX_GROWTH = 8;
    private static final Duration AFTERMATH = Duration.ofSeconds(5);

    private final Mix mix;
    private final long size;
    private final Duration time;
    private final Section section;

    public MemoryCase(int readers, long size, Duration time) {
        this.mix = Mix.of(readers);
        this.size = size;
        this.time = time;
        this.section = new Section(
                "%,d readers of one blob of %d GiB for %d s: %d read all of it, %d crawl, %d stop, %d leave"
                        .formatted(
                                readers,
                                size >> 30,
                                time.toSeconds(),
                                mix.whole(),
                                mix.crawling(),
                                mix.stopping(),
                                mix.leaving()),
                List.of(Peers.GATEWAY));
    }

    /** Runs it once, with a gateway of its own that has an empty cache below the directory. */
    public Section measure(Path checkout, Path directory) throws IOException {
        Files.createDirectories(directory);
        GcLog collections = new GcLog(directory.resolve("gc.log"));
        try (SparseOrigin origin = SparseOrigin.start(size);
                GatewayJar gateway = Peers.gatewayJar(checkout, directory, origin.uri(), List.of(collections.flag()));
                MemoryWatch watch = new MemoryWatch(gateway)) {
            int before = collections.usedAfterEach().length;
            Tally tally = ReaderCrowd.read(origin.blobAt(gateway.uri()), mix, time);
            record(watch.samples());
            recordHeap(collections.usedAfterEach(), before);
            record(tally);
            section.record(GETS, Peers.GATEWAY, origin.gets());
            section.record(HEADS, Peers.GATEWAY, origin.heads());
            recordAftermath(gateway, watch);
        }
        return section;
    }

    private void record(List<MemorySample> samples) {
        section.record(SAMPLES, Peers.GATEWAY, samples.size());
        section.record(HEAP, Peers.GATEWAY, Statistics.max(values(samples, MemorySample::heap)));
        section.record(DIRECT, Peers.GATEWAY, Statistics.max(values(samples, MemorySample::direct)));
        section.record(DIRECT_SLOPE, Peers.GATEWAY, growth(samples, MemorySample::direct));
        section.record(RESIDENT, Peers.GATEWAY, Statistics.max(values(samples, MemorySample::resident)));
        section.record(RESIDENT_SLOPE, Peers.GATEWAY, growth(samples, MemorySample::resident));
        section.record(FILES, Peers.GATEWAY, Statistics.max(values(samples, MemorySample::files)));
    }

    private void recordHeap(double[] usedAfterEach, int before) {
        double[] meanwhile = Arrays.copyOfRange(usedAfterEach, before, usedAfterEach.length);
        double[] number = new double[meanwhile.length];
        Arrays.setAll(number, i -> i);
        section.record(HEAP_AFTER_GC, Peers.GATEWAY, Statistics.max(meanwhile));
        section.record(HEAP_SLOPE, Peers.GATEWAY, growth(number, meanwhile));
    }

    private void record(Tally tally) {
        section.record(COMPLETE, Peers.GATEWAY, tally.complete());
        section.record(BYTES, Peers.GATEWAY, tally.bytes() / 1e9);
        section.record(DEPARTURES, Peers.GATEWAY, tally.departures());
        section.record(DROPPED_CRAWLING, Peers.GATEWAY, tally.droppedCrawling());
        section.record(DROPPED_STOPPED, Peers.GATEWAY, tally.droppedStopped());
        section.record(
                FAILURES,
                Peers.GATEWAY,
                tally.failures().values().stream().mapToInt(count -> count).sum());
        tally.failures().forEach((reason, count) -> section.remark("failed %d times: %s".formatted(count, reason)));
    }

    private void recordAftermath(GatewayJar gateway, MemoryWatch watch) throws IOException {
        Pause.of(AFTERMATH);
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        new Command(jcmd.toString(), Long.toString(gateway.pid()), "GC.run").print();
        MemorySample last = watch.look();
        section.record(HEAP_AT_END, Peers.GATEWAY, last.heap());
        section.record(FILES_AT_END, Peers.GATEWAY, last.files());
        section.record(OUT_OF_MEMORY, Peers.GATEWAY, (int) gateway.lines().stream()
                .filter(line -> line.contains("OutOfMemoryError"))
                .count());
    }

    /** Whether the memory stayed within its bounds. */
    public List<Verdict> verdicts() {
        double afterGc = section.median(HEAP_AFTER_GC, Peers.GATEWAY);
        double heap = section.median(HEAP, Peers.GATEWAY);
        double direct = section.median(DIRECT, Peers.GATEWAY);
        double heapGrowth = section.median(HEAP_SLOPE, Peers.GATEWAY);
        double outOfMemory = section.median(OUT_OF_MEMORY, Peers.GATEWAY);
        double failures = section.median(FAILURES, Peers.GATEWAY);
        double directGrowth = section.median(DIRECT_SLOPE, Peers.GATEWAY);
        return List.of(
                new Verdict("heap after every collection < 200 MiB", afterGc < MAX_HEAP, "%.0f".formatted(afterGc)),
                new Verdict("heap in use, garbage included, < 200 MiB", heap < MAX_HEAP, "%.0f".formatted(heap)),
                new Verdict(
                        "direct memory <= 128 MiB, without an OutOfMemoryError",
                        direct <= MAX_DIRECT && outOfMemory == 0,
                        "%.1f, %.0f times in the log".formatted(direct, outOfMemory)),
                new Verdict(
                        "both flat: neither grows by more than 8 MiB in the last half",
                        heapGrowth <= MAX_GROWTH && directGrowth <= MAX_GROWTH,
                        "heap %+.1f, direct %+.1f".formatted(heapGrowth, directGrowth)),
                new Verdict(
                        "every reader was answered, and none that reads was cut off",
                        failures == 0,
                        "%.0f".formatted(failures)));
    }

    private static double[] values(List<MemorySample> samples, ToDoubleFunction<MemorySample> value) {
        return samples.stream().mapToDouble(value).toArray();
    }

    private static double growth(List<MemorySample> samples, ToDoubleFunction<MemorySample> value) {
        return growth(values(samples, MemorySample::minute), values(samples, value));
    }

    /** What the trend of the last half of the values makes of them from the middle to the end. */
    private static double growth(double[] when, double[] values) {
        int half = when.length / 2;
        double[] x = Arrays.copyOfRange(when, half, when.length);
        double[] y = Arrays.copyOfRange(values, half, values.length);
        return x.length < 2 ? Double.NaN : Statistics.slope(x, y) * (x[x.length - 1] - x[0]);
    }
}
