package io.sluice.benchmarks.jmh;

import io.sluice.benchmarks.report.Table;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs all benchmarks of this package, each in a JVM of its own, for some seconds. */
public final class HotPieces {

    private static final int WARM_UPS = 3;
    private static final int ITERATIONS = 5;

    private HotPieces() {}

    /**
     * What an operation of each takes on one thread, nanoseconds.
     *
     * @param iteration how long each of its eight iterations takes
     */
    public static Table measure(Duration iteration) {
        TimeValue time = TimeValue.milliseconds(iteration.toMillis());
        OptionsBuilder options = new OptionsBuilder();
        options.include(HotPieces.class.getPackageName().replace(".", "\\.") + "\\..*")
                .mode(Mode.AverageTime)
                .timeUnit(TimeUnit.NANOSECONDS)
                .forks(1)
                .warmupIterations(WARM_UPS)
                .warmupTime(time)
                .measurementIterations(ITERATIONS)
                .measurementTime(time)
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT);
        try {
            return table(new Runner(options.build()).run());
        } catch (RunnerException e) {
            throw new IllegalStateException("the benchmarks of single pieces did not run", e);
        }
    }

    private static Table table(Collection<RunResult> results) {
        Table table = new Table(List.of("piece", "ns an operation", "± (99.9 %)"));
        for (RunResult run : results) {
            Result<?> result = run.getPrimaryResult();
            Map<String, String> parameters = new TreeMap<>();
            run.getParams()
                    .getParamsKeys()
                    .forEach(key -> parameters.put(key, run.getParams().getParam(key)));
            table.add(List.of(
                    label(run.getParams().getBenchmark(), parameters),
                    nanos(result.getScore()),
                    nanos(result.getScoreError())));
        }
        return table;
    }

    /** The class without its last word, the method, and the parameters with which it ran. */
    static String label(String benchmark, Map<String, String> parameters) {
        String method = benchmark.substring(benchmark.lastIndexOf('.') + 1);
        String owner = benchmark.substring(0, benchmark.lastIndexOf('.'));
        StringBuilder label = new StringBuilder(
                        owner.substring(owner.lastIndexOf('.') + 1).replace("Benchmark", ""))
                .append('.')
                .append(method);
        parameters.forEach(
                (name, value) -> label.append(", ").append(name).append(' ').append(value));
        return label.toString();
    }

    private static String nanos(double value) {
        return String.format(Locale.ROOT, "%,.0f", value);
    }
}
