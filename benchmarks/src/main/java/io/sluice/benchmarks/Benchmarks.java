package io.sluice.benchmarks;

import io.sluice.benchmarks.Options.CaseName;
import io.sluice.benchmarks.memory.MemoryCase;
import io.sluice.benchmarks.peer.Peer;
import io.sluice.benchmarks.peer.Peers;
import io.sluice.benchmarks.redis.RedisCase;
import io.sluice.benchmarks.report.Report;
import io.sluice.testing.process.Program;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Measures what is asked for, prints it, and writes it to a file. Run in the root of the checkout. */
public final class Benchmarks {

    private static final long SLACK = 2_000_000_000;

    private final Options options;
    private final PrintStream progress;
    private final Path checkout = Path.of("").toAbsolutePath();
    private final Report report = new Report();

    private Benchmarks(Options options, PrintStream progress) {
        this.options = options;
        this.progress = progress;
    }

    /** The command; the tables go to the standard output, everything else to the other one. */
    public static void main(String... words) throws IOException {
        int status = execute(List.of(words));
        if (status != 0) {
            System.exit(status);
        }
    }

    /** Returns the exit status: 1 where it cannot be done here, 2 where the command line makes no sense. */
    private static int execute(List<String> words) throws IOException {
        if (words.contains("--help")) {
            System.out.print(Options.USAGE);
            return 0;
        }
        Options options;
        try {
            options = Options.parse(words);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage() + "\n\n" + Options.USAGE);
            return 2;
        }
        Benchmarks benchmarks = new Benchmarks(options, System.err);
        Optional<String> obstacle = benchmarks.obstacle();
        if (obstacle.isPresent()) {
            System.err.println(obstacle.get());
            return 1;
        }
        System.out.println(benchmarks.run());
        return 0;
    }

    /** Why it cannot be done here, if it cannot. */
    private Optional<String> obstacle() throws IOException {
        String absent =
                programs().map(Program::obstacle).flatMap(Optional::stream).collect(Collectors.joining("\n"));
        if (!absent.isEmpty()) {
            return Optional.of(absent);
        }
        if (!Files.exists(Peers.jar(checkout))) {
            return Optional.of(Peers.jar(checkout) + " is not there: ./mvnw package makes it");
        }
        Files.createDirectories(options.directory());
        long free = Files.getFileStore(options.directory()).getUsableSpace();
        return free < options.diskNeeded() + SLACK
                ? Optional.of("%s has %d GB free, %d GB are needed"
                        .formatted(
                                options.directory(),
                                free / 1_000_000_000,
                                (options.diskNeeded() + SLACK) / 1_000_000_000))
                : Optional.empty();
    }

    private Stream<Program> programs() {
        Stream<Program> ofPeers = Stream.of(Program.DOCKER_REGISTRY, Program.NGINX);
        return Stream.concat(
                options.cases().stream().anyMatch(CaseName::comparesPeers) ? ofPeers : Stream.empty(),
                options.cases().contains(CaseName.REDIS) ? Stream.of(Program.REDIS_SERVER) : Stream.empty());
    }

    private String run() throws IOException {
        report.fact("Date", LocalDate.now(ZoneOffset.UTC).toString());
        report.fact("Machine", Machine.description());
        report.fact("Parameters", options.description());
        if (options.cases().stream().anyMatch(CaseName::comparesPeers)) {
            comparePeers();
        }
        if (options.cases().contains(CaseName.MEMORY)) {
            watchMemory();
        }
        if (options.cases().contains(CaseName.REDIS)) {
            disturbRedis();
        }
        String results = report.markdown();
        Files.createDirectories(options.results().toAbsolutePath().getParent());
        Files.writeString(options.results(), results);
        return results;
    }

    private void comparePeers() throws IOException {
        say("starting");
        try (Rig rig = Rig.start(checkout, options.directory())) {
            report.fact("Versions", rig.peers().stream().map(Peer::version).collect(Collectors.joining("; ")));
            say("warming up");
            rig.warmUp();
            for (CaseName name : options.cases()) {
                compare(name, rig);
            }
        }
    }

    private void compare(CaseName name, Rig rig) throws IOException {
        switch (name) {
            case COLD_MANY -> measureCold(rig, options.clients());
            case COLD_20 -> measureCold(rig, 20);
            case COLD_ONE -> measureCold(rig, 1);
            case HITS -> measureHits(rig);
            case MEMORY, REDIS -> {} // without peers
        }
    }

    private void measureCold(Rig rig, int clients) throws IOException {
        say("cold, " + clients);
        ColdCase cold = new ColdCase(clients, options.blobSize());
        report.add(cold.measure(rig, options.repeat()));
        report.add(cold.verdicts());
    }

    private void measureHits(Rig rig) throws IOException {
        say("hits");
        HitCase hits = new HitCase(options.blobSize(), options.window());
        report.add(hits.measure(rig, options.repeat()));
        report.add(hits.verdicts());
    }

    private void watchMemory() throws IOException {
        say("memory");
        MemoryCase memory = new MemoryCase(options.readers(), options.memorySize(), options.memoryTime());
        report.add(memory.measure(checkout, options.directory().resolve("memory")));
        report.add(memory.verdicts());
    }

    private void disturbRedis() throws IOException {
        say("redis");
        RedisCase redis = new RedisCase(options.redisTime());
        report.add(redis.measure(checkout, options.directory().resolve("redis"), options.repeat()));
        report.add(redis.verdicts());
    }

    private void say(String what) {
        progress.println("benchmarks: " + what);
    }
}
