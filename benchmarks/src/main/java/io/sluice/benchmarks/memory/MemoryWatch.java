package io.sluice.benchmarks.memory;

import io.sluice.testing.process.GatewayJar;
import io.sluice.testing.process.Requests;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Looks at a gateway once a second: at its metrics, and at what the kernel says of its process. */
final class MemoryWatch implements AutoCloseable {

    private static final double MIB = 1024 * 1024;
    private static final double NANOS_IN_A_MINUTE = TimeUnit.MINUTES.toNanos(1);

    private final URI metrics;
    private final Path process;
    private final HttpClient http = HttpClient.newHttpClient();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final List<MemorySample> samples = new CopyOnWriteArrayList<>();
    private final long start = System.nanoTime();
    private final Future<?> looks;

    /** Begins to look. */
    MemoryWatch(GatewayJar gateway) {
        this.metrics = gateway.managementUri().resolve("/actuator/prometheus");
        this.process = Path.of("/proc", Long.toString(gateway.pid()));
        this.looks = clock.scheduleAtFixedRate(this::addSample, 0, 1, TimeUnit.SECONDS);
    }

    /** A look at it now. */
    MemorySample look() {
        try {
            PrometheusText text =
                    new PrometheusText(new String(Requests.get(http, metrics).body(), StandardCharsets.UTF_8));
            return new MemorySample(
                    (System.nanoTime() - start) / NANOS_IN_A_MINUTE,
                    text.sum("jvm_memory_used_bytes", "area=\"heap\"") / MIB,
                    direct(text) / MIB,
                    residentKib() / 1024,
                    openFiles());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The JVM counts Netty's pools with its own buffers, or, with other flags than those of docs/operating.md, not at all. */
    private static double direct(PrometheusText text) {
        return Math.max(
                text.sum("jvm_buffer_memory_used_bytes", "id=\"direct\""),
                text.sum("netty_allocator_memory_used", "memory_type=\"direct\""));
    }

    /** Every look so far. */
    List<MemorySample> samples() {
        return List.copyOf(samples);
    }

    @Override
    public void close() {
        looks.cancel(true);
        clock.shutdownNow();
        http.shutdownNow();
    }

    /** One that fails, because the gateway is gone or does not answer, is left out; the number of samples shows it. */
    private void addSample() {
        try {
            samples.add(look());
        } catch (RuntimeException e) {
            System.getLogger(MemoryWatch.class.getName()).log(System.Logger.Level.WARNING, "no sample: " + e);
        }
    }

    private double residentKib() throws IOException {
        return Files.readAllLines(process.resolve("status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")))
                .sum();
    }

    private double openFiles() throws IOException {
        try (Stream<Path> files = Files.list(process.resolve("fd"))) {
            return files.count();
        }
    }
}
