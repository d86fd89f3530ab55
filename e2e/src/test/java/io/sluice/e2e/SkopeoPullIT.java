package io.sluice.e2e;

import io.sluice.testing.process.Program;
import java.nio.file.Path;

/** skopeo copies by the name of the gateway. */
@Needs({Program.SKOPEO, Program.DOCKER_REGISTRY, Program.ZSTD})
class SkopeoPullIT extends PullContract<SkopeoClient> {

    @Override
    SkopeoClient start(Path directory, String gateway, String registry) {
        return new SkopeoClient(ContainersTools.in(directory, ""), new Ways<>(gateway + "/reg/", registry + "/"));
    }
}
