package io.sluice.testing.process;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** A program that tests or benchmarks run, and the Debian package that brings it. */
public enum Program {
    CONTAINERD("containerd", "containerd"),
    CTR("ctr", "containerd"),
    DOCKER("docker", "docker.io"),
    DOCKERD("dockerd", "docker.io"),
    DOCKER_COMPOSE("docker-compose", "docker-compose"),
    DOCKER_REGISTRY("docker-registry", "docker-registry"),
    JQ("jq", "jq"),
    NGINX("nginx", "nginx-light"),
    PODMAN("podman", "podman"),
    PROMTOOL("promtool", "prometheus"),
    REDIS_SERVER("redis-server", "redis-server"),
    SKOPEO("skopeo", "skopeo"),
    WRK("wrk", "wrk"),
    ZSTD("zstd", "zstd");

    /** They unpack images as the owners that these name. */
    private static final Set<String> NEED_ROOT = Set.of("containerd", "dockerd", "podman");

    private final String command;
    private final String debianPackage;

    Program(String command, String debianPackage) {
        this.command = command;
        this.debianPackage = debianPackage;
    }

    /** Where it is, if it is installed; what a package installed goes before what else is on the path. */
    public Optional<Path> find() {
        return Stream.concat(Stream.of("/usr/bin", "/usr/sbin"), directoriesOfThePath())
                .map(directory -> Path.of(directory, command))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Its absolute path, for a command line. */
    public String path() {
        return find().orElseThrow(() -> new IllegalStateException(absence())).toString();
    }

    /** Why it cannot be run here, in a sentence that names it, if it cannot. */
    public Optional<String> obstacle() {
        if (find().isEmpty()) {
            return Optional.of(absence());
        }
        return NEED_ROOT.contains(command) && !System.getProperty("user.name").equals("root")
                ? Optional.of(command + " has to be run by root")
                : Optional.empty();
    }

    private String absence() {
        return command + " is not installed (Debian's package " + debianPackage + " has it)";
    }

    private static Stream<String> directoriesOfThePath() {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator));
    }
}
