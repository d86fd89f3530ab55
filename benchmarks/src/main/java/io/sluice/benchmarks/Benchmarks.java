package io.sluice.benchmarks;

import io.sluice.benchmarks.Options.CaseName;
import io.sluice.benchmarks.client.Wrk;
import io.sluice.benchmarks.jmh.HotPieces;
import io.sluice.benchmarks.memory.MemoryCase;
import io.sluice.benchmarks.peer.Peer;
import io.sluice.benchmarks.peer.Peers;
import io.sluice.benchmarks.redis.RedisCase;
import io.sluice.benchmarks.report.Chart;
import io.sluice.benchmarks.report.Report;
import io.sluice.benchmarks.start.StartCase;
import io.sluice.testing.process.Program;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Measures what is asked for, prints it, and writes it to a file. Run in the root of the checkout. */
public final class Benchmarks {

    private static final String NOTES = "benchmarks/notes.md";
    private static final long SLACK = 2_000_000_000;

    private final Options options;
    private final PrintStream progress;
    private final Path checkout = Path.of("").toAbsolutePath();
    private final Report report = new Report(
            new Chart("How many times as fast as its peers the gateway is", List.of(Peers.NGINX, Peers.DISTRIBUTION)));

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
        return Stream.of(
                        when(
                                name -> name.comparesPeers() || name == CaseName.START,
                                Program.DOCKER_REGISTRY,
                                Program.NGINX),
                        when(CaseName::asksForManifests, Program.WRK),
                        when(name -> name == CaseName.PULL, Program.DOCKER, Program.DOCKERD),
                        when(name -> name == CaseName.REDIS, Program.REDIS_SERVER))
                .flatMap(List::stream);
    }

    private List<Program> when(Predicate<CaseName> needs, Program... programs) {
        return options.cases().stream().anyMatch(needs) ? List.of(programs) : List.of();
    }

    private String run() throws IOException {
        report.fact("Date", LocalDate.now(ZoneOffset.UTC).toString());
        report.fact("Machine", Machine.description());
        report.fact("Parameters", options.description());
        if (options.cases().stream().anyMatch(CaseName::comparesPeers)) {
            comparePeers();
        }
        for (CaseName name : options.cases()) {
            measureAlone(name);
            write();
        }
        return write();
    }

    /** What is measured without the peers that others have been asked through. */
    private void measureAlone(CaseName name) throws IOException {
        switch (name) {
            case START -> start();
            case MEMORY -> watchMemory();
            case REDIS -> disturbRedis();
            case JMH -> measurePieces();
            case COLD_MANY, COLD_20, COLD_ONE, HITS, MANIFESTS, LATENCY, PULL -> {}
        }
    }

    private String write() throws IOException {
        Path notes = checkout.resolve(NOTES);
        if (Files.exists(notes)) {
            report.notes(Files.readString(notes));
        }
        Path document = options.results().toAbsolutePath();
        Path picture = document.resolveSibling(document.getFileName().toString().replaceFirst("(\\.md)?$", ".svg"));
        Files.createDirectories(document.getParent());
        if (!report.chart().isEmpty()) {
            Files.writeString(picture, report.chart().svg());
        }
        String results = report.markdown(picture.getFileName().toString());
        Files.writeString(document, results);
        return results;
    }

    private void comparePeers() throws IOException {
        say("starting");
        try (Rig rig = Rig.start(checkout, options.directory())) {
            report.fact("Versions", versions(rig));
            if (options.cases().stream().anyMatch(CaseName::asksForBlobs)) {
                say("warming up");
                rig.warmUp(options.warmUpCrowds());
            }
            for (CaseName name : options.cases()) {
                compare(name, rig);
                write();
            }
        }
    }

    private String versions(Rig rig) {
        Stream<String> tools = options.cases().stream().anyMatch(CaseName::asksForManifests)
                ? Stream.of(Wrk.version())
                : Stream.empty();
        return Stream.concat(rig.peers().stream().map(Peer::version), tools).collect(Collectors.joining("; "));
    }

    private void compare(CaseName name, Rig rig) throws IOException {
        switch (name) {
            case COLD_MANY -> measureCold(rig, options.clients());
            case COLD_20 -> measureCold(rig, 20);
            case COLD_ONE -> measureCold(rig, 1);
            case HITS -> measureHits(rig);
            case MANIFESTS -> measureManifests(rig);
            case LATENCY -> measureLatency(rig);
            case PULL -> measurePulls(rig);
            case START, MEMORY, REDIS, JMH -> {} // without peers that have done something
        }
    }

    private void measureCold(Rig rig, int clients) throws IOException {
        say("cold, " + clients);
        ColdCase cold = new ColdCase(clients, options.blobSize());
        report.add(cold.measure(rig, options.repeat()));
        report.add(cold.verdicts());
        report.chart().add(cold.bars());
    }

    private void measureHits(Rig rig) throws IOException {
        say("hits");
        HitCase hits = new HitCase(options.blobSize(), options.window());
        report.add(hits.measure(rig, options.repeat()));
        report.add(hits.verdicts());
        report.chart().add(hits.bars());
    }

    private void measureManifests(Rig rig) throws IOException {
        say("manifests");
        ManifestCase manifests = new ManifestCase(options.window());
        report.add(manifests.measure(rig, options.repeat()));
        report.add(manifests.verdicts());
        report.chart().add(manifests.bars());
    }

    private void measureLatency(Rig rig) throws IOException {
        say("latency");
        LatencyCase latency = new LatencyCase(options.window());
        report.add(latency.measure(rig, options.repeat()));
        report.add(latency.verdicts());
    }

    private void measurePulls(Rig rig) throws IOException {
        say("pull");
        PullCase pulls = new PullCase(options.layerSize());
        report.add(pulls.measure(rig, options.directory().resolve("docker"), options.repeat()));
        report.chart().add(pulls.bars());
    }

    private void start() throws IOException {
        say("start");
        StartCase start = new StartCase(checkout, options.starts());
        report.add(start.measure(options.directory().resolve("start")));
        report.add(start.verdicts());
        try (Rig rig = Rig.start(checkout, options.directory().resolve("footprint"))) {
            report.add(new FootprintCase(options.blobSize(), options.window()).measure(rig));
        }
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

    private void measurePieces() {
        say("jmh");
        report.add("Hot pieces, one thread (JMH)", HotPieces.measure(options.iteration()));
    }

    private void say(String what) {
        progress.println("benchmarks: " + what);
    }
}
