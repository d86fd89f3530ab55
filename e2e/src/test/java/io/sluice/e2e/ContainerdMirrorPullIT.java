package io.sluice.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** containerd pulls by the names of Docker Hub, and finds its mirror in a hosts directory as {@code deploy/} shows it. */
@Needs({Program.CONTAINERD, Program.CTR, Program.DOCKER_REGISTRY, Program.ZSTD})
class ContainerdMirrorPullIT extends PullContract {

    @Override
    PullClient client(Path directory, String gateway, String registry) throws IOException {
        return new ContainerdClient(
                ContainerdDaemon.start(directory),
                new Ways<>(way(directory.resolve("gateway"), gateway), way(directory.resolve("registry"), registry)));
    }

    /** The large one goes the way that {@link ContainerdPullIT} takes. */
    @Override
    Set<ImageKind> kinds() {
        return EnumSet.complementOf(EnumSet.of(ImageKind.LARGE));
    }

    private static ContainerdClient.Way way(Path hosts, String mirror) throws IOException {
        Path host = Files.createDirectories(hosts.resolve("docker.io"));
        Files.writeString(
                host.resolve("hosts.toml"),
                Checkout.snippet("deploy/clients/containerd/docker.io/hosts.toml", "127.0.0.1:8080", mirror));
        return new ContainerdClient.Way("docker.io/", List.of("--hosts-dir", hosts.toString()));
    }
}
