package io.sluice.e2e;

import io.sluice.testing.process.Program;
import java.nio.file.Path;
import java.util.List;

/** containerd pulls by the name of the gateway. */
@Needs({Program.CONTAINERD, Program.CTR, Program.DOCKER_REGISTRY, Program.ZSTD})
class ContainerdPullIT extends PullContract<ContainerdClient> {

    @Override
    ContainerdClient start(Path directory, String gateway, String registry) {
        return new ContainerdClient(
                ContainerdDaemon.start(directory),
                new Ways<>(
                        new ContainerdClient.Way(gateway + "/reg/", List.of("--plain-http")),
                        new ContainerdClient.Way(registry + "/", List.of("--plain-http"))));
    }
}
