package io.sluice.e2e;

import io.sluice.testing.process.Command;
import io.sluice.testing.process.Program;
import java.util.ArrayList;
import java.util.List;

/**
 * podman with a storage of its own.
 *
 * @param tools where it keeps things and how it is configured
 */
record Podman(ContainersTools tools) {

    /** A command to it. */
    Command command(List<String> arguments) {
        String directory = tools.directory().toString();
        List<String> words = new ArrayList<>(List.of(
                Program.PODMAN.path(),
                "--root=" + directory + "/root",
                "--runroot=" + directory + "/run",
                "--tmpdir=" + directory + "/tmp",
                "--storage-driver=vfs"));
        words.addAll(arguments);
        return new Command(words).with(tools.environment());
    }

    Command command(String... arguments) {
        return command(List.of(arguments));
    }
}
