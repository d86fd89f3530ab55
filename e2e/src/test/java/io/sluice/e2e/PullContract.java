package io.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.e2e.PublishedImage.By;
import io.sluice.e2e.PullClient.Source;
import io.sluice.testing.process.LoggedRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What every client gets through the gateway: what it gets without it. */
@ExtendWith(SharedRig.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class PullContract<C extends PullClient> {

    private Rig rig;
    private C client;

    /** Starts the client. */
    abstract C start(Path directory, String gateway, String registry) throws IOException;

    /** The images that it pulls. */
    Set<ImageKind> kinds() {
        return Set.of(ImageKind.values());
    }

    @BeforeAll
    void start(Rig shared, @TempDir Path directory) throws IOException {
        rig = shared;
        client = start(directory, rig.gateway().authority(), rig.registry().authority());
    }

    @AfterAll
    void stop() {
        try {
            rig.gateway().assertNothingLeaked();
        } finally {
            client.close();
        }
    }

    /** The client that was started. */
    final C client() {
        return client;
    }

    /** Where subclasses publish images of their own. */
    final RegistryProcess registry() {
        return rig.registry();
    }

    Stream<Arguments> pulls() {
        return Arrays.stream(ImageKind.values())
                .filter(kinds()::contains)
                .flatMap(kind -> Arrays.stream(By.values()).map(by -> Arguments.of(kind, by)));
    }

    /** C22 for Docker: the GET by digest that follows its HEAD finds what the HEAD named. */
    @ParameterizedTest(name = "{0} by {1}")
    @MethodSource("pulls")
    void coldAndWarmPullsThroughTheGatewayEqualADirectPull(ImageKind kind, By by) {
        PublishedImage image = registry().publish(kind);
        int published = contentRequests(image).size();

        Pulled cold = client.pull(Source.GATEWAY, image, by);
        List<LoggedRequest> afterCold = contentRequests(image);
        Pulled warm = client.pull(Source.GATEWAY, image, by);
        List<LoggedRequest> afterWarm = contentRequests(image);
        Pulled direct = client.pull(Source.REGISTRY, image, by);

        assertThat(direct.succeeded()).as("a direct pull succeeds: %s", direct).isEqualTo(client.unpacks(kind));
        assertThat(cold).isEqualTo(direct);
        assertThat(warm).isEqualTo(direct);
        assertThat(afterCold.subList(published, afterCold.size()))
                .filteredOn(request -> request.method().equals("GET"))
                .extracting(LoggedRequest::path)
                .as("GETs of a cold pull")
                .isNotEmpty()
                .doesNotHaveDuplicates();
        assertThat(afterWarm).as("a warm pull asks for nothing").isEqualTo(afterCold);
    }

    /** What the registry was asked about the manifests of the image and all blobs of its repository, uploads left out. */
    private List<LoggedRequest> contentRequests(PublishedImage image) {
        String repository = "/v2/" + image.repository();
        Set<String> references = Stream.concat(
                        Stream.of(image.tag()),
                        image.image()
                                .manifests()
                                .map(manifest -> manifest.digest().text()))
                .map(reference -> repository + "/manifests/" + reference)
                .collect(Collectors.toSet());
        return registry().requests().stream()
                .filter(request -> references.contains(request.path()) || isOfBlob(repository, request))
                .toList();
    }

    private static boolean isOfBlob(String repository, LoggedRequest request) {
        return request.path().startsWith(repository + "/blobs/sha");
    }
}
