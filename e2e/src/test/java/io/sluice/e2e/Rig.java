package io.sluice.e2e;

import io.sluice.testing.process.Running;
import io.sluice.testing.process.Started;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A registry, and a gateway that leads to it, in a directory that goes with them. */
final class Rig implements Started {

    private final Running running = new Running();
    private final Path directory;
    private final RegistryProcess registry;
    private final GatewayProcess gateway;

    private Rig(Path directory, Duration freshFor) throws IOException {
        this.directory = directory;
        this.registry = running.add(RegistryProcess.start(Files.createDirectory(directory.resolve("upstream"))));
        this.gateway = running.add(
                GatewayProcess.start(Files.createDirectory(directory.resolve("gateway")), registry.uri(), freshFor));
    }

    /**
     * Starts both, empty.
     *
     * @param freshFor how long the gateway serves a tag without asking the registry
     */
    static Rig start(Duration freshFor) {
        try {
            return new Rig(Files.createTempDirectory("sluice-e2e"), freshFor);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    RegistryProcess registry() {
        return registry;
    }

    GatewayProcess gateway() {
        return gateway;
    }

    @Override
    public void close() {
        running.end();
        try (Stream<Path> files = Files.walk(directory)) {
            List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : deepestFirst) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
