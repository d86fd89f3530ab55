package io.sluice.testing.process;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A command line that is run to its end, without standard input.
 *
 * @param words the program and its arguments
 * @param environment variables beside those of this process
 * @param limit how long it may take; it is killed and the test fails when it takes longer
 */
public record Command(List<String> words, Map<String, String> environment, Duration limit) {

    public Command(String... words) {
        this(List.of(words), Map.of(), Duration.ofSeconds(90));
    }

    public Command(List<String> words) {
        this(words, Map.of(), Duration.ofSeconds(90));
    }

    public Command with(Map<String, String> variables) {
        return new Command(words, variables, limit);
    }

    /** Runs it and returns however it ended. */
    public Finished run() {
        return run(new File("/dev/null"));
    }

    /** Runs it with the file as its standard input. */
    public Finished run(File input) {
        try {
            Path output = Files.createTempFile("sluice-command", ".out");
            Path errors = Files.createTempFile("sluice-command", ".err");
            try {
                int status = execute(input, output, errors);
                return new Finished(words, status, Files.readAllBytes(output), Files.readString(errors));
            } finally {
                Files.delete(output);
                Files.delete(errors);
            }
        } catch (IOException e) {
            throw new IllegalStateException("could not run " + words, e);
        }
    }

    /** Runs it and returns what it printed, without the line break at the end. Another status than 0 fails the test. */
    public String print() {
        return run().succeeded().text();
    }

    private int execute(File input, Path output, Path errors) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(words)
                .redirectInput(input)
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            if (process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                return process.exitValue();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            process.destroyForcibly();
        }
        throw new AssertionError(words + " did not end within " + limit + ": " + Files.readString(errors));
    }
}
