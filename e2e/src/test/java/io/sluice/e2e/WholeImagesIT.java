package io.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.e2e.PublishedImage.By;
import io.sluice.e2e.PullClient.Source;
import io.sluice.testing.process.Program;
import io.sluice.testing.process.Running;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * The upstream is gone after each image was pulled once, by one client: every client, empty as it is, pulls whole images
 * all the same, and gets what it got from the upstream itself.
 */
@Needs({
    Program.DOCKER,
    Program.DOCKERD,
    Program.CONTAINERD,
    Program.CTR,
    Program.PODMAN,
    Program.SKOPEO,
    Program.DOCKER_REGISTRY,
    Program.ZSTD
})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class WholeImagesIT {

    /** What one client got from the upstream itself. */
    private record Direct(String name, PullClient client, PublishedImage image, By by, Pulled pulled) {}

    private final Running running = new Running();
    private final List<Direct> direct = new ArrayList<>();
    private final Map<String, PullClient> clients = new TreeMap<>();
    private PullClient skopeo;
    private GatewayProcess gateway;

    @BeforeAll
    void pullOnceAndStopTheUpstream(@TempDir Path directory) throws IOException {
        Rig rig = running.add(Rig.start(Duration.ofMillis(1)));
        RegistryProcess registry = rig.registry();
        gateway = rig.gateway();
        startClients(directory, gateway.authority(), registry.authority());
        for (ImageKind kind : ImageKind.values()) {
            PublishedImage image = registry.publish(kind);
            // skopeo copies every platform, so that all of the image is held.
            assertThat(skopeo.pull(Source.GATEWAY, image, By.TAG)).matches(Pulled::succeeded);
            clients.forEach((name, client) -> pullDirectly(name, client, kind, image));
        }
        registry.stop();
    }

    private void pullDirectly(String name, PullClient client, ImageKind kind, PublishedImage image) {
        for (By by : kind == ImageKind.LARGE ? List.of(By.DIGEST) : List.of(By.values())) {
            direct.add(new Direct(name, client, image, by, client.pull(Source.REGISTRY, image, by)));
        }
    }

    private void startClients(Path directory, String gatewayAuthority, String registry) throws IOException {
        skopeo = new SkopeoPullIT().start(create(directory, "skopeo"), gatewayAuthority, registry);
        clients.put("skopeo", skopeo);
        clients.put("docker", new DockerPullIT().start(create(directory, "docker"), gatewayAuthority, registry));
        clients.put("podman", new PodmanPullIT().start(create(directory, "podman"), gatewayAuthority, registry));
        clients.put(
                "containerd",
                new ContainerdPullIT().start(create(directory, "containerd"), gatewayAuthority, registry));
    }

    private static Path create(Path directory, String name) throws IOException {
        return Files.createDirectory(directory.resolve(name));
    }

    @AfterAll
    void stop() {
        try {
            gateway.assertNothingLeaked();
        } finally {
            clients.values().forEach(PullClient::close);
            running.end();
        }
    }

    @Test
    @Order(1)
    @DisplayName("U01: every client pulls whole images while the upstream is gone")
    void everyClientPullsWholeImages() {
        assertEveryPullEqualsADirectOne();
    }

    @Test
    @Order(2)
    @DisplayName("G04: and after a restart of the gateway")
    void everyClientPullsWholeImagesAfterARestart() {
        gateway.restart();

        assertEveryPullEqualsADirectOne();
    }

    private void assertEveryPullEqualsADirectOne() {
        SoftAssertions softly = new SoftAssertions();
        for (Direct expected : direct) {
            softly.assertThat(expected.client().pull(Source.GATEWAY, expected.image(), expected.by()))
                    .as(expected.name() + " pulls " + expected.image() + " by " + expected.by())
                    .isEqualTo(expected.pulled());
        }
        softly.assertAll();
    }
}
