package io.sluice.e2e;

import io.sluice.testing.process.Program;
import java.nio.file.Path;
import java.util.List;

/** podman pulls by the name of the gateway. */
@Needs({Program.PODMAN, Program.DOCKER_REGISTRY, Program.ZSTD})
class PodmanPullIT extends PullContract<PodmanClient> {

    private static final List<String> PLAIN_HTTP = List.of("--tls-verify=false");

    @Override
    PodmanClient start(Path directory, String gateway, String registry) {
        ContainersTools tools = ContainersTools.in(directory, "");
        return new PodmanClient(new Ways<>(
                new PodmanClient.Way(tools, gateway + "/reg/", PLAIN_HTTP),
                new PodmanClient.Way(tools, registry + "/", PLAIN_HTTP)));
    }
}
