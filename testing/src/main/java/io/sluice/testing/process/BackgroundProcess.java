package io.sluice.testing.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A program that runs in the background, and the file that all its output is appended to. */
public final class BackgroundProcess implements Started {

    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(100);

    private final List<String> command;
    private final Process process;
    private final Path log;
    private final Thread lastResort;

    private BackgroundProcess(List<String> command, Process process, Path log) {
        this.command = command;
        this.process = process;
        this.log = log;
        this.lastResort = new Thread(this::kill, "kill " + process.pid());
        Runtime.getRuntime().addShutdownHook(lastResort);
    }

    /** Starts the program; {@code builder} says everything but where its output goes. */
    public static BackgroundProcess start(ProcessBuilder builder, Path log) {
        try {
            builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
            return new BackgroundProcess(builder.command(), builder.start(), log);
        } catch (IOException e) {
            throw new UncheckedIOException("could not start " + builder.command(), e);
        }
    }

    /** Waits until it is ready. It fails at once, with the output, if the program ends instead. */
    public BackgroundProcess awaitReady(Duration limit, BooleanSupplier ready) {
        if (!await(limit, ready)) {
            close();
            throw new AssertionError(command + " did not become ready:\n" + output());
        }
        return this;
    }

    /** Waits for a condition, and says whether it came true: in time, and while the program ran. */
    boolean await(Duration limit, BooleanSupplier condition) {
        long deadline = System.nanoTime() + limit.toNanos();
        try {
            while (!holds(condition)) {
                boolean ended = process.waitFor(POLL_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
                if (ended || System.nanoTime() - deadline > 0) {
                    return false;
                }
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public long pid() {
        return process.pid();
    }

    /** Sends it a signal: {@code TERM}, {@code INT}, {@code KILL}. */
    public void signal(String name) {
        new Command("kill", "-s", name, Long.toString(pid())).print();
    }

    /** Waits until it has ended, and returns with which code; fails, with the output, when it takes longer. */
    public int awaitEnd(Duration limit) {
        try {
            if (process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                return process.exitValue();
            }
            throw new AssertionError(command + " did not end within " + limit + ":\n" + output());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Everything that it has printed so far. */
    public String output() {
        try {
            return Files.readString(log, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The lines that it has printed so far. */
    public List<String> lines() {
        return output().lines().toList();
    }

    /** Asks it to end, waits, and kills it with everything it has started if it does not. */
    @Override
    public void close() {
        List<ProcessHandle> descendants = process.descendants().toList();
        process.destroy();
        try {
            if (!process.waitFor(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                kill();
            }
        } catch (InterruptedException e) {
            kill();
            Thread.currentThread().interrupt();
        }
        descendants.forEach(ProcessHandle::destroyForcibly);
        Runtime.getRuntime().removeShutdownHook(lastResort);
    }

    /** A condition that throws, mostly because nobody listens yet, does not hold. */
    private static boolean holds(BooleanSupplier condition) {
        try {
            return condition.getAsBoolean();
        } catch (RuntimeException e) {
            return false;
        }
    }

    private void kill() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
