package io.sluice.e2e;

import io.sluice.testing.process.BackgroundProcess;
import io.sluice.testing.process.Command;
import io.sluice.testing.process.Program;
import io.sluice.testing.process.Started;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A containerd with a root directory of its own. */
final class ContainerdDaemon implements Started {

    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private final Path directory;
    private final BackgroundProcess process;

    private ContainerdDaemon(Path directory, BackgroundProcess process) {
        this.directory = directory;
        this.process = process;
    }

    /** Starts it; it keeps everything below the directory. */
    static ContainerdDaemon start(Path directory) {
        Path file = directory.resolve("config.toml");
        try {
            Files.createDirectories(directory);
            Files.writeString(file, """
                    version = 2
                    root = "%1$s/root"
                    state = "%1$s/state"
                    disabled_plugins = ["io.containerd.grpc.v1.cri"]
                    [grpc]
                    address = "%1$s/containerd.sock"
                    """.formatted(directory));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        ProcessBuilder builder = new ProcessBuilder(Program.CONTAINERD.path(), "--config", file.toString());
        BackgroundProcess process = BackgroundProcess.start(builder, directory.resolve("containerd.log"));
        ContainerdDaemon daemon = new ContainerdDaemon(directory, process);
        process.awaitReady(START_LIMIT, () -> daemon.ctr("version").run().status() == 0);
        return daemon;
    }

    /** A command of its own client. */
    Command ctr(String... arguments) {
        List<String> words = new ArrayList<>(List.of(
                Program.CTR.path(),
                "--address",
                directory.resolve("containerd.sock").toString()));
        words.addAll(List.of(arguments));
        return new Command(words);
    }

    @Override
    public void close() {
        process.close();
    }
}
