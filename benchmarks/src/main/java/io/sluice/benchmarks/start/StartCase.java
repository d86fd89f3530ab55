package io.sluice.benchmarks.start;

import io.sluice.benchmarks.client.Clients;
import io.sluice.benchmarks.client.Crowd;
import io.sluice.benchmarks.client.Pause;
import io.sluice.benchmarks.client.Target;
import io.sluice.benchmarks.peer.Origin;
import io.sluice.benchmarks.peer.Peers;
import io.sluice.benchmarks.report.Measure;
import io.sluice.benchmarks.report.Section;
import io.sluice.benchmarks.report.Verdict;
import io.sluice.testing.process.BackgroundProcess;
import io.sluice.testing.process.GatewayJar;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** From the start of the process to the first pull that it has answered, of a manifest that its directory holds. */
public final class StartCase {

    private static final Measure FIRST_PULL = new Measure("from the start to the first answered pull, s", 2);
    private static final Measure GETS = new Measure("requests upstream meanwhile", 0);

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration LIMIT_OF_ALL = Duration.ofMinutes(3);
    private static final Duration BETWEEN_TRIES = Duration.ofMillis(5);
    private static final double MOST_SECONDS = 2;

    private final List<Launch> launches;
    private final Path checkout;
    private final int starts;
    private final Section section;

    /** With every way to start it that the checkout has. */
    public StartCase(Path checkout, int starts) {
        this.checkout = checkout;
        this.starts = starts;
        this.launches = Launch.of(checkout);
        this.section = new Section(
                "Start of the gateway, %d times each".formatted(starts),
                launches.stream().map(Launch::name).toList());
    }

    /** Runs it, with a gateway that keeps everything below the directory. */
    public Section measure(Path directory) throws IOException {
        try (Origin origin = Origin.start(directory.resolve("origin"))) {
            Path home = directory.resolve("gateway");
            Target held = fill(origin, home);
            for (Launch launch : launches) {
                begin(launch, home, held); // makes what this way keeps between two starts
            }
            for (int i = 0; i < starts; i++) {
                for (Launch launch : launches) {
                    int mark = origin.mark();
                    section.record(FIRST_PULL, launch.name(), begin(launch, home, held));
                    section.record(GETS, launch.name(), origin.since(mark, held).all());
                }
            }
            return section;
        }
    }

    /** Lets a gateway fetch a manifest into its directory, and ends it; its configuration stays there too. */
    private Target fill(Origin origin, Path home) throws IOException {
        try (GatewayJar gateway = Peers.gatewayJar(checkout, home, origin.uri())) {
            Target held = origin.publishManifest().byDigest().at(gateway.uri());
            if (!isServed(held)) {
                throw new IllegalStateException("the gateway does not serve " + held);
            }
            return held;
        }
    }

    /** Starts it, waits for its first answer, and ends it; how long that answer took, seconds. */
    private double begin(Launch launch, Path home, Target held) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(launch.command()).directory(home.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        long start = System.nanoTime();
        try (BackgroundProcess gateway = BackgroundProcess.start(builder, home.resolve("start.log"))) {
            while (!isServed(held)) {
                if (!gateway.isAlive() || System.nanoTime() - start > LIMIT_OF_ALL.toNanos()) {
                    throw new IllegalStateException(launch.name() + " does not start:\n" + gateway.output());
                }
                Pause.of(BETWEEN_TRIES);
            }
            return (System.nanoTime() - start) / 1e9;
        }
    }

    private static boolean isServed(Target held) {
        try {
            return Crowd.download(held, new Clients(1, 1), LIMIT).failures().isEmpty();
        } catch (IOException e) {
            return false; // nobody listens yet
        }
    }

    /** Whether it starts soon enough, in each way. */
    public List<Verdict> verdicts() {
        return launches.stream().map(this::verdict).toList();
    }

    private Verdict verdict(Launch launch) {
        double seconds = section.median(FIRST_PULL, launch.name());
        return new Verdict(
                "start by %s to the first answered pull: at most 2 s".formatted(launch.name()),
                seconds <= MOST_SECONDS && section.median(GETS, launch.name()) == 0,
                "%.2f s".formatted(seconds));
    }
}
