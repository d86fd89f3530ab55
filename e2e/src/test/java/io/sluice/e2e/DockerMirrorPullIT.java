package io.sluice.e2e;

import io.sluice.testing.process.DockerDaemon;
import io.sluice.testing.process.Program;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;

/** Docker pulls by the names of Docker Hub, and has been told of a mirror as {@code deploy/} shows it. */
@Needs({Program.DOCKER, Program.DOCKERD, Program.DOCKER_REGISTRY, Program.ZSTD})
class DockerMirrorPullIT extends PullContract<DockerClient> {

    @Override
    DockerClient start(Path directory, String gateway, String registry) {
        return new DockerClient(new Ways<>(
                new DockerClient.Way(daemon(directory.resolve("a"), gateway), ""),
                new DockerClient.Way(daemon(directory.resolve("b"), registry), "")));
    }

    /** The large one goes the way that {@link DockerPullIT} takes. */
    @Override
    Set<ImageKind> kinds() {
        return EnumSet.complementOf(EnumSet.of(ImageKind.LARGE));
    }

    private static DockerDaemon daemon(Path directory, String mirror) {
        return DockerDaemon.start(
                directory, Checkout.snippet("deploy/clients/docker/daemon.json", "sluice.example:8080", mirror));
    }
}
