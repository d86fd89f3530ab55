package io.sluice.e2e;

import io.sluice.testing.process.DockerDaemon;
import io.sluice.testing.process.Program;
import java.nio.file.Path;

/** Docker pulls by the name of the gateway. */
@Needs({Program.DOCKER, Program.DOCKERD, Program.DOCKER_REGISTRY, Program.ZSTD})
class DockerPullIT extends PullContract<DockerClient> {

    @Override
    DockerClient start(Path directory, String gateway, String registry) {
        DockerDaemon daemon = DockerDaemon.start(directory, "{}");
        return new DockerClient(new Ways<>(
                new DockerClient.Way(daemon, gateway + "/reg/"), new DockerClient.Way(daemon, registry + "/")));
    }
}
