package io.sluice.benchmarks;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the command line asks for.
 *
 * @param cases which cases are measured
 * @param repeat how often each of them, but for the memory, which is looked at once
 * @param clients how many clients are the many
 * @param warmUpCrowds how many cold crowds everyone has served before anything is measured
 * @param blobSize of a large blob, bytes
 * @param layerSize of each layer of the image of the pull, bytes
 * @param window how long hits are counted for each peer
 * @param readers how many readers there are in the memory case
 * @param memorySize of the blob that they read, bytes
 * @param memoryTime how long they read
 * @param redisTime how long hits are counted for each state of Redis
 * @param starts how often the gateway is started in each way
 * @param iteration how long one of JMH's iterations takes
 * @param directory where everything is kept while it runs; it is there, empty, and removed by whoever made it
 * @param results where the Markdown goes
 */
record Options(
        Set<CaseName> cases,
        int repeat,
        int clients,
        int warmUpCrowds,
        long blobSize,
        long layerSize,
        Duration window,
        int readers,
        long memorySize,
        Duration memoryTime,
        Duration redisTime,
        int starts,
        Duration iteration,
        Path directory,
        Path results) {

    static final String USAGE = """
        benchmarks/run [options]
          --only CASE,CASE       of cold-many, cold-20, cold-one, hits, manifests, latency, pull, start,
                                 memory, redis, jmh; all of them otherwise
          --repeat N             repetitions, of which the median counts (3)
          --clients N            clients of cold-many (200)
          --readers N            readers of memory (1000)
          --memory-seconds N     how long they read (300)
          --quick                1 repetition, hits for 1 s instead of 5, memory with 2 GiB for 30 s, redis for 5 s
          --results FILE         where the Markdown goes (docs/benchmarks.md; with --only or --quick
                                 benchmarks/target/results.md), the chart beside it
        """;

    private static final long MB = 1_000_000;
    private static final long GIB = 1024L * 1024 * 1024;

    /** The cases by the names that the command line has for them. */
    enum CaseName {
        COLD_MANY,
        COLD_20,
        COLD_ONE,
        HITS,
        MANIFESTS,
        LATENCY,
        PULL,
        START,
        MEMORY,
        REDIS,
        JMH;

        String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        /** Whether it is the gateway against its peers. */
        boolean comparesPeers() {
            return asksForBlobs() || this == MANIFESTS || this == LATENCY;
        }

        /** Whether its load comes from wrk. */
        boolean asksForManifests() {
            return this == MANIFESTS || this == LATENCY || this == START;
        }

        /** Whether blobs go through the peers, which are warmed up with some before. */
        boolean asksForBlobs() {
            return isCold() || this == HITS || this == PULL;
        }

        boolean isCold() {
            return this == COLD_MANY || this == COLD_20 || this == COLD_ONE;
        }

        static CaseName parse(String text) {
            return EnumSet.allOf(CaseName.class).stream()
                    .filter(name -> name.text().equals(text))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("no case is called " + text));
        }
    }

    /**
     * Reads the command line.
     *
     * @throws IllegalArgumentException which says what is wrong with it
     */
    static Options parse(List<String> words) {
        Parsed parsed = new Parsed();
        Deque<String> left = new ArrayDeque<>(words);
        while (!left.isEmpty()) {
            parsed.take(left.remove(), left);
        }
        return parsed.options();
    }

    /** How much disk it takes, bytes: every blob and image at the registry, and once at each of the three peers. */
    long diskNeeded() {
        long cold = cases.stream().filter(CaseName::isCold).count() * repeat * blobSize * 4;
        long hits = cases.contains(CaseName.HITS) ? 2 * blobSize * 4 : 0;
        long memory = cases.contains(CaseName.MEMORY) ? memorySize : 0;
        long footprint = cases.contains(CaseName.START) ? blobSize * 4 : 0;
        // One at the registry and at each peer, and what Docker downloads, unpacks and removes again.
        long pull = cases.contains(CaseName.PULL) ? (repeat * 4L + 2) * PullCase.imageSize(layerSize) : 0;
        return cold + hits + memory + footprint + pull;
    }

    /** The numbers, in one line. */
    String description() {
        return "cases %s; repetitions %d; blobs of %d MB; hits counted for %d s"
                .formatted(
                        cases.stream().map(CaseName::text).collect(Collectors.joining(", ")),
                        repeat,
                        blobSize / MB,
                        window.toSeconds());
    }

    /** The values as far as they are known. Those that {@code --quick} changes may be given before or after it. */
    private static final class Parsed {

        private final Set<CaseName> cases = EnumSet.noneOf(CaseName.class);
        private boolean quick;
        private int repeat;
        private int memorySeconds;
        private int clients = 200;
        private int readers = 1000;
        private Path directory = Path.of("benchmarks/target/run");
        private @Nullable Path results;

        void take(String option, Deque<String> left) {
            switch (option) {
                case "--only" ->
                    List.of(value(option, left).split(",")).forEach(name -> cases.add(CaseName.parse(name)));
                case "--repeat" -> repeat = number(option, left);
                case "--clients" -> clients = number(option, left);
                case "--readers" -> readers = number(option, left);
                case "--memory-seconds" -> memorySeconds = number(option, left);
                case "--quick" -> quick = true;
                case "--directory" -> directory = Path.of(value(option, left));
                case "--results" -> results = Path.of(value(option, left));
                default -> throw new IllegalArgumentException("there is no option " + option);
            }
        }

        Options options() {
            return new Options(
                    cases.isEmpty() ? EnumSet.allOf(CaseName.class) : cases,
                    repeat > 0 ? repeat : quick ? 1 : 3,
                    clients,
                    cases.isEmpty() || cases.stream().anyMatch(CaseName::isCold) ? (quick ? 40 : 200) : 0,
                    200 * MB,
                    (quick ? 10 : 40) * MB,
                    Duration.ofSeconds(quick ? 1 : 5),
                    readers,
                    (quick ? 2 : 10) * GIB,
                    Duration.ofSeconds(memorySeconds > 0 ? memorySeconds : quick ? 30 : 300),
                    Duration.ofSeconds(quick ? 5 : 20),
                    quick ? 2 : 5,
                    Duration.ofMillis(quick ? 200 : 1_000),
                    directory,
                    results == null ? defaultResults() : results);
        }

        /** What is in docs is all of it, and not of the short form. */
        private Path defaultResults() {
            return Path.of(cases.isEmpty() && !quick ? "docs/benchmarks.md" : "benchmarks/target/results.md");
        }

        private static String value(String option, Deque<String> left) {
            if (left.isEmpty()) {
                throw new IllegalArgumentException(option + " needs a value");
            }
            return left.remove();
        }

        private static int number(String option, Deque<String> left) {
            String value = value(option, left);
            try {
                int number = Integer.parseInt(value);
                if (number > 0) {
                    return number;
                }
            } catch (NumberFormatException e) {
                // Said below, as of a number that is too small.
            }
            throw new IllegalArgumentException(option + " needs a whole number above 0, not " + value);
        }
    }
}
