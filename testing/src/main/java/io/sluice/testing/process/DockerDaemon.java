package io.sluice.testing.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A Docker daemon with a data directory of its own, without a network for containers. */
public final class DockerDaemon implements Started {

    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private final Path directory;
    private final BackgroundProcess process;

    private DockerDaemon(Path directory, BackgroundProcess process) {
        this.directory = directory;
        this.process = process;
    }

    /**
     * Starts it.
     *
     * @param directory what it keeps everything below
     * @param configuration its {@code daemon.json}
     */
    public static DockerDaemon start(Path directory, String configuration) {
        Path file = directory.resolve("daemon.json");
        try {
            Files.createDirectories(directory);
            Files.writeString(file, configuration);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        ProcessBuilder builder = new ProcessBuilder(
                Program.DOCKERD.path(),
                "--config-file=" + file,
                "--iptables=false",
                "--bridge=none",
                "--data-root=" + directory.resolve("data"),
                "--exec-root=" + directory.resolve("exec"),
                "--pidfile=" + directory.resolve("docker.pid"),
                "--host=" + host(directory));
        BackgroundProcess process = BackgroundProcess.start(builder, directory.resolve("dockerd.log"));
        DockerDaemon daemon = new DockerDaemon(directory, process);
        process.awaitReady(START_LIMIT, () -> daemon.command("version").run().status() == 0);
        return daemon;
    }

    /** A command of Docker's client to this daemon, without what its user has configured. */
    public Command command(String... arguments) {
        List<String> words = new ArrayList<>(List.of(Program.DOCKER.path(), "--host", host(directory)));
        words.addAll(List.of(arguments));
        return new Command(words)
                .with(Map.of("DOCKER_CONFIG", directory.resolve("client").toString()));
    }

    @Override
    public void close() {
        process.close();
    }

    private static String host(Path directory) {
        return "unix://" + directory.resolve("docker.sock");
    }
}
