package io.sluice.testing.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/**
 * A {@code redis-server} on a port of the loopback, with whatever can happen to one: the one that is installed, else the one
 * of the artifact. It keeps nothing on disk but its log. A test is skipped on a machine for which there is neither.
 */
public final class RedisServer implements Started {

    private static final Duration START_LIMIT = Duration.ofSeconds(20);

    private final Path program;
    private final Path directory;
    private final int port;
    private final List<String> options;
    private BackgroundProcess process;

    private RedisServer(Path program, Path directory, int port, List<String> options) {
        this.program = program;
        this.directory = directory;
        this.port = port;
        this.options = options;
        this.process = run();
    }

    /** Starts one on a free port, with further options as on the command line. */
    public static RedisServer start(Path directory, String... options) {
        return startOn(Ports.free(), directory, options);
    }

    /** Starts one on a given port. */
    public static RedisServer startOn(int port, Path directory, String... options) {
        Optional<Path> program = Program.REDIS_SERVER.find().or(PackedRedis::find);
        if (program.isEmpty()) {
            // Where benchmarks run there is no JUnit, and none is needed as long as nothing is to be skipped.
            return Assumptions.abort(Program.REDIS_SERVER.obstacle().orElseThrow());
        }
        return new RedisServer(program.get(), directory, port, List.of(options));
    }

    /** Starts a program of one's own. */
    static RedisServer startProgram(Path program, Path directory) {
        return new RedisServer(program, directory, Ports.free(), List.of());
    }

    private BackgroundProcess run() {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<String> command = new ArrayList<>(List.of(program.toString()));
        boolean sentinel = options.contains("--sentinel");
        if (sentinel) {
            command.addAll(options);
        }
        command.addAll(List.of("--port", Integer.toString(port), "--bind", "127.0.0.1", "--dir", directory.toString()));
        if (!sentinel) {
            command.addAll(List.of("--save", "", "--appendonly", "no"));
            command.addAll(options);
        }
        return BackgroundProcess.start(new ProcessBuilder(command), directory.resolve("redis-" + port + ".log"))
                .awaitReady(START_LIMIT, this::answers);
    }

    private boolean answers() {
        try (RedisConsole console = console()) {
            return !console.send("PING").isEmpty();
        } catch (IllegalStateException e) {
            return true;
        }
    }

    /** A connection to it. */
    public RedisConsole console() {
        return RedisConsole.connect(port);
    }

    /** Sends one command, on a connection of its own. */
    public String send(String... words) {
        try (RedisConsole console = console()) {
            return console.send(words);
        }
    }

    public int port() {
        return port;
    }

    /** {@code redis://127.0.0.1:<port>}. */
    public String url() {
        return "redis://127.0.0.1:" + port;
    }

    /** {@code SIGSTOP}: connections stay, nothing is answered. */
    public void freeze() {
        process.signal("STOP");
    }

    /** {@code SIGCONT}. */
    public void thaw() {
        process.signal("CONT");
    }

    /** {@code kill -9}. */
    public void kill() {
        process.signal("KILL");
        process.awaitEnd(START_LIMIT);
    }

    /** Starts it again on its port, empty, after it was killed. */
    public void restart() {
        process.close();
        process = run();
    }

    /** What it has printed. */
    public String output() {
        return process.output();
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            process.signal("CONT");
        }
        process.close();
    }
}
