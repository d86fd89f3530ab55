package io.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.Images;
import io.sluice.testing.Images.Content;
import io.sluice.testing.RawResponse;
import io.sluice.testing.ScriptedUpstream;
import io.sluice.testing.TestCertificate;
import io.sluice.testing.process.DockerDaemon;
import io.sluice.testing.process.Ports;
import io.sluice.testing.process.Program;
import io.sluice.testing.process.RedisServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The image of the gateway is built by the documented command, and runs. */
@Needs({
    Program.DOCKER,
    Program.DOCKERD,
    Program.DOCKER_COMPOSE,
    Program.JQ,
    Program.PODMAN,
    Program.REDIS_SERVER,
})
class ImageIT {

    private static final String BY_TAG = "/v2/app/manifests/latest";
    private static final List<String> IS_READY = List.of("/opt/java/bin/java", "@/opt/sluice/ready.options");

    /** Whoever waits for load balancers is tested elsewhere. */
    private static final String NO_DELAY = "--env=SERVER_CLIENTS_SHUTDOWNDELAY=0s";

    @TempDir
    private static Path directory;

    private static Path archive;
    private static Podman podman;

    private final Content layer = Images.layer(1_000_000, 1);
    private final Content image = Images.image(layer);

    @BeforeAll
    static void buildAndLoad() {
        archive = GatewayImage.build(directory);
        podman = GatewayImage.load(archive, directory.resolve("p"));
    }

    @Test
    void aContainerPullsWithoutRightsAndStartsWarm() {
        TestCertificate certificate = TestCertificate.in(directory);
        try (ScriptedUpstream upstream = ScriptedUpstream.startTls(certificate)) {
            script(upstream);
            Path configuration = configuration("tls.yaml", upstream);
            List<String> options = new ArrayList<>(trusting(certificate));
            options.addAll(List.of(NO_DELAY, "--volume=cache:/var/lib/sluice"));
            try (GatewayContainer container = GatewayContainer.start(podman, configuration, options)) {
                assertPulls(container);
                assertHasNoRights(container);
                assertThat(container.exec(IS_READY).succeeded().status()).isZero();
                assertThat(container.metrics()).contains("sluice_pulls_total{", "jvm_memory_used_bytes{");
                assertThat(container.stop()).isZero();
            }
            int asked = upstream.requests().size();
            try (GatewayContainer container = GatewayContainer.start(podman, configuration, options)) {
                assertPulls(container);
            }
            assertThat(upstream.requests()).hasSize(asked);
        }
    }

    @Test
    void replicasOfTheComposeFileAskTheUpstreamOnce() {
        ComposeFile compose = ComposeFile.config();
        try (ScriptedUpstream upstream = ScriptedUpstream.start();
                RedisServer redis = RedisServer.start(directory.resolve("redis"))) {
            script(upstream);
            Path configuration = configuration("plain.yaml", upstream);
            try (GatewayContainer one = replica(compose, "gateway-1", redis, configuration);
                    GatewayContainer two = replica(compose, "gateway-2", redis, configuration)) {
                assertThat(one.get(BY_TAG).body()).isEqualTo(image.bytes());
                int asked = upstream.requests().size();

                RawResponse shared = two.get(BY_TAG);

                assertThat(shared.body()).isEqualTo(image.bytes());
                assertThat(shared.header("Cache-Status")).contains("sluice; hit");
                assertThat(upstream.requests()).hasSize(asked);
                assertThat(two.exec(compose.healthCheck("gateway-2"))
                                .succeeded()
                                .status())
                        .isZero();
            }
        }
    }

    @Test
    void dockerLoadsItToo() {
        try (DockerDaemon docker = DockerDaemon.start(directory.resolve("docker"), "{}")) {
            docker.command("load", "--input", archive.toString()).print();

            String format = "{{.Config.User}} {{.Config.Healthcheck.Test}} {{len .RootFS.Layers}}";
            assertThat(docker.command("image", "inspect", "--format", format, GatewayImage.NAME)
                            .print())
                    .isEqualTo("65532:65532 [CMD /opt/java/bin/java @/opt/sluice/ready.options] 4");
        }
    }

    private void assertPulls(GatewayContainer container) {
        assertThat(container.get(BY_TAG).body()).isEqualTo(image.bytes());
        assertThat(container.get("/v2/app/blobs/" + layer.digest()).body()).isEqualTo(layer.bytes());
    }

    private static void assertHasNoRights(GatewayContainer container) {
        assertThat(container.status())
                .contains("Uid:\t65532\t65532\t65532\t65532", "Gid:\t65532\t65532\t65532\t65532")
                .contains("CapBnd:\t0000000000000000", "NoNewPrivs:\t1");
    }

    private void script(ScriptedUpstream upstream) {
        upstream.manifest("app", image, "latest");
        upstream.blob("app", layer);
    }

    private static Path configuration(String name, ScriptedUpstream upstream) {
        String text = """
            sluice:
              routes:
                registry: {upstream: "%s", root: true, tags: {fresh-for: 1h}}
            """.formatted(upstream.url());
        try {
            return Files.writeString(directory.resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * As docs/operating.md says it: an authority of the operator's own, which the JVM is told of. It is told, too, to end
     * where it cannot use the image's AOT cache.
     */
    private static List<String> trusting(TestCertificate certificate) {
        String options =
                "-Xmx256m -XX:AOTMode=on -Djavax.net.ssl.trustStore=/etc/sluice/trust.p12 -Djavax.net.ssl.trustStorePassword="
                        + TestCertificate.PASSWORD;
        return List.of(
                "--env=JDK_JAVA_OPTIONS=" + options,
                "--volume=" + certificate.keyStoreFile() + ":/etc/sluice/trust.p12:ro");
    }

    /** A service as the file has it, but for addresses: on the network of the host each has its own ports. */
    private static GatewayContainer replica(
            ComposeFile compose, String service, RedisServer redis, Path configuration) {
        int port = Ports.free();
        List<String> options = new ArrayList<>(List.of(NO_DELAY, "--env=SLUICE_CLUSTER_PORT=" + port));
        compose.environment(service)
                .forEach((name, value) -> options.add("--env=" + name + "="
                        + value.replace("redis://redis:6379", redis.url())
                                .replace("http://" + service + ":8082", "http://127.0.0.1:" + port)));
        return GatewayContainer.start(podman, configuration, options);
    }
}
