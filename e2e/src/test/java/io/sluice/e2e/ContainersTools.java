package io.sluice.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** What podman and skopeo are given so that nothing of the machine they run on changes what they do. */
record ContainersTools(Path directory, Path policy, Map<String, String> environment) {

    /**
     * Prepares them.
     *
     * @param directory what they keep everything below
     * @param registries their {@code registries.conf}
     */
    static ContainersTools in(Path directory, String registries) {
        try {
            Files.createDirectories(directory);
            Path configuration = Files.writeString(directory.resolve("registries.conf"), registries);
            Path policy = Files.writeString(
                    directory.resolve("policy.json"), "{\"default\": [{\"type\": \"insecureAcceptAnything\"}]}");
            Path credentials = Files.writeString(directory.resolve("auth.json"), "{}");
            return new ContainersTools(
                    directory,
                    policy,
                    Map.of(
                            "HOME", directory.toString(),
                            "XDG_RUNTIME_DIR", directory.toString(),
                            "REGISTRY_AUTH_FILE", credentials.toString(),
                            "CONTAINERS_REGISTRIES_CONF", configuration.toString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
