package io.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.e2e.PublishedImage.By;
import io.sluice.e2e.PullClient.Source;
import io.sluice.testing.process.DockerDaemon;
import io.sluice.testing.process.Finished;
import io.sluice.testing.process.Program;
import io.sluice.testing.process.Requests;
import io.sluice.testing.process.Running;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The upstream is gone after clients have pulled: what they read of manifests is what they read before. */
@Needs({Program.DOCKER, Program.DOCKERD, Program.CONTAINERD, Program.CTR, Program.SKOPEO, Program.DOCKER_REGISTRY})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UpstreamStoppedIT {

    /** So short that no tag is fresh: each is served because the upstream does not answer. */
    private static final Duration FRESH_FOR = Duration.ofMillis(1);

    private static final List<String> DOCKER_ACCEPTS = List.of(
            "application/vnd.docker.distribution.manifest.v1+prettyjws",
            "application/json",
            "application/vnd.docker.distribution.manifest.v2+json",
            "application/vnd.docker.distribution.manifest.list.v2+json",
            "application/vnd.oci.image.manifest.v1+json",
            "application/vnd.oci.image.index.v1+json");

    private static final List<String> CONTAINERD_ACCEPTS =
            List.of("application/vnd.docker.distribution.manifest.v2+json, "
                    + "application/vnd.docker.distribution.manifest.list.v2+json, "
                    + "application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json, */*");

    /** Nobody has asked like this while the upstream was there. */
    private static final List<String> NEVER_SEEN =
            List.of("application/vnd.oci.image.index.v1+json, application/vnd.docker.distribution.manifest.v2+json");

    private final Running running = new Running();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private GatewayProcess gateway;
    private SkopeoClient skopeo;
    private DockerDaemon docker;
    private ContainerdDaemon containerd;
    private List<PublishedImage> images;

    @BeforeAll
    void pullEverythingAndStopTheUpstream(@TempDir Path directory) throws Exception {
        Rig rig = running.add(Rig.start(FRESH_FOR));
        RegistryProcess registry = rig.registry();
        gateway = rig.gateway();
        docker = running.add(DockerDaemon.start(directory.resolve("docker"), "{}"));
        containerd = running.add(ContainerdDaemon.start(directory.resolve("containerd")));
        skopeo = running.add(new SkopeoClient(
                ContainersTools.in(directory.resolve("skopeo"), ""),
                new Ways<>(gateway.authority() + "/reg/", registry.authority() + "/")));
        images = List.of(registry.publish(ImageKind.DOCKER), registry.publish(ImageKind.INDEX));
        images.forEach(this::pull);
        registry.stop();
    }

    @AfterAll
    void stop() {
        try {
            gateway.assertNothingLeaked();
        } finally {
            http.close();
            running.end();
        }
    }

    @ParameterizedTest
    @EnumSource
    void skopeoReadsTheBytesThatWerePushed(By by) {
        assertThat(images)
                .allSatisfy(image -> assertThat(skopeo.inspectRaw(Source.GATEWAY, image, by)
                                .succeeded()
                                .output())
                        .isEqualTo(image.image().root().bytes()));
    }

    @ParameterizedTest
    @EnumSource
    void dockerAndContainerdFindWhatTheyHoldConfirmed(By by) {
        assertThat(images).allSatisfy(image -> {
            assertThat(dockerPull(image, by).text()).contains("Image is up to date");
            assertThat(containerdPull(image, by).text()).contains("done");
        });
    }

    @Test
    @DisplayName("U01: manifests are served with the headers that clients check, stale tags with a warning")
    void manifestsAreServedWithTheHeadersThatClientsCheck() {
        assertManifestsAreServed();
    }

    @Test
    @DisplayName("U01, G04: manifests are served after a restart of the gateway too")
    void manifestsAreServedAfterARestart() {
        gateway.restart();

        assertManifestsAreServed();
    }

    private void pull(PublishedImage image) {
        assertThat(skopeo.pull(Source.GATEWAY, image, By.TAG)).matches(Pulled::succeeded);
        dockerPull(image, By.TAG);
        dockerPull(image, By.DIGEST);
        containerdPull(image, By.TAG);
        containerdPull(image, By.DIGEST);
    }

    private Finished dockerPull(PublishedImage image, By by) {
        return docker.command("pull", gateway.authority() + "/reg/" + image.repository() + image.suffix(by))
                .run()
                .succeeded();
    }

    private Finished containerdPull(PublishedImage image, By by) {
        String name = gateway.authority() + "/reg/" + image.repository() + image.suffix(by);
        return containerd
                .ctr("images", "pull", "--snapshotter", "native", "--plain-http", name)
                .run()
                .succeeded();
    }

    private void assertManifestsAreServed() {
        SoftAssertions softly = new SoftAssertions();
        for (PublishedImage image : images) {
            for (List<String> accept : List.of(DOCKER_ACCEPTS, CONTAINERD_ACCEPTS, NEVER_SEEN)) {
                assertServed(softly, image, image.tag(), image.image().root(), accept);
                image.image()
                        .manifests()
                        .forEach(manifest ->
                                assertServed(softly, image, manifest.digest().text(), manifest, accept));
            }
        }
        softly.assertAll();
    }

    private void assertServed(
            SoftAssertions softly,
            PublishedImage image,
            String reference,
            ManifestDocument manifest,
            List<String> accept) {
        URI uri = gateway.uri().resolve("/v2/reg/" + image.repository() + "/manifests/" + reference);
        for (String method : List.of("HEAD", "GET")) {
            HttpResponse<byte[]> response = manifest(method, uri, accept);
            String request = method + " " + uri + " " + accept;
            softly.assertThat(response.statusCode()).as(request).isEqualTo(200);
            softly.assertThat(header(response, "Content-Type")).as(request).isEqualTo(manifest.mediaType());
            softly.assertThat(header(response, "Content-Length"))
                    .as(request)
                    .isEqualTo(Integer.toString(manifest.bytes().length));
            softly.assertThat(header(response, "Docker-Content-Digest"))
                    .as(request)
                    .isEqualTo(manifest.digest().text());
            softly.assertThat(header(response, "ETag"))
                    .as(request)
                    .isEqualTo('"' + manifest.digest().text() + '"');
            softly.assertThat(header(response, "Warning").startsWith("299 - "))
                    .as("warning of " + request)
                    .isEqualTo(reference.equals(image.tag()));
            softly.assertThat(response.body())
                    .as(request)
                    .isEqualTo(method.equals("GET") ? manifest.bytes() : new byte[0]);
        }
    }

    /** Asks as a client does, with one {@code Accept} line for each type. */
    private HttpResponse<byte[]> manifest(String method, URI uri, List<String> accept) {
        HttpRequest.Builder request = Requests.to(uri).method(method, BodyPublishers.noBody());
        accept.forEach(type -> request.header("Accept", type));
        return Requests.send(http, request.build());
    }

    private static String header(HttpResponse<byte[]> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }
}
