package io.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.e2e.PublishedImage.By;
import io.sluice.e2e.PullClient.Source;
import io.sluice.testing.process.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** containerd pulls by the names of Docker Hub, and finds its mirror in a hosts directory as {@code deploy/} shows it. */
@Needs({Program.CONTAINERD, Program.CTR, Program.DOCKER_REGISTRY, Program.ZSTD})
class ContainerdMirrorPullIT extends PullContract<ContainerdClient> {

    private static final Pattern REQUESTED = Pattern.compile("(/v2/\\S*) HTTP/1\\.1");

    @Override
    ContainerdClient start(Path directory, String gateway, String registry) throws IOException {
        return new ContainerdClient(
                ContainerdDaemon.start(directory),
                new Ways<>(way(directory.resolve("gateway"), gateway), way(directory.resolve("registry"), registry)));
    }

    /** The large one goes the way that {@link ContainerdPullIT} takes. */
    @Override
    Set<ImageKind> kinds() {
        return EnumSet.complementOf(EnumSet.of(ImageKind.LARGE));
    }

    @Test
    void everyRequestNamesItsNamespaceAndEveryAnswerConfirmsIt() {
        PublishedImage image = registry().publish(ImageKind.INDEX);

        String dump = client().dump(Source.GATEWAY, image, By.TAG);

        assertThat(REQUESTED.matcher(dump).results().map(request -> request.group(1)))
                .isNotEmpty()
                .allMatch(path -> path.endsWith("?ns=docker.io"));
        assertThat(dump).contains("Oci-Namespace: docker.io");
    }

    /** The file that is tried. */
    String hostsFile() {
        return "deploy/clients/containerd/hosts.toml";
    }

    /** Where an operator puts it. */
    String registryDirectory() {
        return "docker.io";
    }

    private ContainerdClient.Way way(Path hosts, String mirror) throws IOException {
        Path directory = Files.createDirectories(hosts.resolve(registryDirectory()));
        Files.writeString(
                directory.resolve("hosts.toml"), Checkout.snippet(hostsFile(), "sluice.example:8080", mirror));
        return new ContainerdClient.Way("docker.io/", List.of("--hosts-dir", hosts.toString()));
    }
}
