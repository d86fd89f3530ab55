package io.sluice.e2e;

import io.sluice.testing.process.Program;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** podman pulls by the names of Docker Hub, and has been told of a mirror as {@code deploy/} shows it. */
@Needs({Program.PODMAN, Program.DOCKER_REGISTRY, Program.ZSTD})
class PodmanMirrorPullIT extends PullContract<PodmanClient> {

    @Override
    PodmanClient start(Path directory, String gateway, String registry) {
        return new PodmanClient(
                new Ways<>(way(directory.resolve("a"), gateway + "/docker.io"), way(directory.resolve("b"), registry)));
    }

    /** The large one goes the way that {@link PodmanPullIT} takes. */
    @Override
    Set<ImageKind> kinds() {
        return EnumSet.complementOf(EnumSet.of(ImageKind.LARGE));
    }

    /** The name of the directory is short because podman allows no path of more than 50 characters. */
    private static PodmanClient.Way way(Path directory, String mirror) {
        String registries =
                Checkout.snippet("deploy/clients/podman/registries.conf", "sluice.example:8080/docker.io", mirror);
        return new PodmanClient.Way(ContainersTools.in(directory, registries), "docker.io/", List.of());
    }
}
