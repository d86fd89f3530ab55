package io.sluice.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.cluster.ClusterSettings;
import io.sluice.gateway.policy.PullPolicy;
import io.sluice.gateway.pull.TagPolicy;
import io.sluice.gateway.pull.Upstream;
import io.sluice.gateway.upstream.NotFoundSettings;
import io.sluice.gateway.upstream.RegistrySettings.Timeouts;
import io.sluice.gateway.upstream.credential.Credential;
import io.sluice.oci.RepositoryName;
import io.sluice.oci.RequestedRepository;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code config/application.yaml} of the repository, the file that operators start from. */
class ShippedConfigurationTest {

    private static final Path FILE = Path.of("..", "config", "application.yaml");

    private final SluiceConfiguration shipped = WrittenConfiguration.read(FILE, Map.of());
    private final RouteTable table = new RouteTable(shipped.routes());

    @ParameterizedTest
    @CsvSource({
        "docker.io, dockerhub, https://registry-1.docker.io",
        "ghcr.io, ghcr, https://ghcr.io",
        "quay.io, quay, https://quay.io",
        "registry.k8s.io, kubernetes, https://registry.k8s.io",
        "gcr.io, gcr, https://gcr.io",
        "mcr.microsoft.com, microsoft, https://mcr.microsoft.com",
        "public.ecr.aws, ecr, https://public.ecr.aws",
        "registry.gitlab.com, gitlab, https://registry.gitlab.com"
    })
    void everyRegistryIsReachedByPathAndByNamespace(String registry, String route, String upstream) {
        assertThat(find("", registry + "/team/tool", null)).hasValue(route + " team/tool");
        assertThat(find("/" + registry, "team/tool", null)).hasValue(route + " team/tool");
        assertThat(find("", "team/tool", registry)).hasValue(route + " team/tool");
        assertThat(find("/" + registry, "team/tool", registry)).hasValue(route + " team/tool");
        assertThat(shipped.routes())
                .filteredOn(settings -> settings.name().equals(route))
                .singleElement()
                .extracting(RouteSettings::upstream)
                .hasToString(upstream);
    }

    @Test
    void eightRegistriesAreShipped() {
        assertThat(shipped.routes()).hasSize(8);
    }

    @Test
    void dockerHubAnswersUnderThePathOfTheStoryAndAtTheRoot() {
        assertThat(find("/pub-group/dependency_proxy/containers", "alpine", null))
                .hasValue("dockerhub library/alpine");
        assertThat(find("", "pub-group/dependency_proxy/containers/alpine", null))
                .hasValue("dockerhub library/alpine");
        assertThat(find("", "alpine", null)).hasValue("dockerhub library/alpine");
    }

    @Test
    void dockerHubAloneHasADefaultNamespace() {
        assertThat(shipped.routes())
                .filteredOn(route -> route.defaultNamespace() != null)
                .extracting(RouteSettings::name)
                .containsExactly("dockerhub");
    }

    @Test
    void itSaysWhatHoldsWithoutItToo() {
        assertThat(shipped.cache()).isEqualTo(CacheSettings.DEFAULT);
        assertThat(shipped.cluster()).isEqualTo(ClusterSettings.DEFAULT);
        assertThat(shipped.routes()).allSatisfy(route -> {
            assertThat(route.tags()).isEqualTo(TagPolicy.DEFAULT);
            assertThat(route.notFound()).isEqualTo(NotFoundSettings.DEFAULT);
            assertThat(route.offline()).isFalse();
            assertThat(route.timeouts()).isEqualTo(Timeouts.DEFAULT);
            assertThat(route.policy()).isEqualTo(PullPolicy.EVERYTHING);
            assertThat(route.listsFreshFor()).isEqualTo(Upstream.LISTS_FRESH_FOR);
            assertThat(route.credentials()).isEmpty();
            assertThat(route.isPublic()).isFalse();
            assertThat(route.redirectHosts()).isEmpty();
        });
    }

    @Test
    void anAccountForDockerHubComesFromTwoVariablesAndNeedsTheRouteToBePublic() {
        SluiceConfiguration configuration = WrittenConfiguration.read(
                FILE,
                Map.of(
                        "DOCKERHUB_USERNAME", "robot",
                        "DOCKERHUB_PASSWORD", "s3cret",
                        "SLUICE_ROUTES_DOCKERHUB_PUBLIC", "true"));

        assertThat(configuration.routes())
                .filteredOn(RouteSettings::isPublic)
                .singleElement()
                .extracting(RouteSettings::credentials)
                .isEqualTo(List.of(new Credential("robot", "s3cret")));
    }

    private Optional<String> find(String mount, String name, @Nullable String namespace) {
        RequestedRepository requested = new RequestedRepository(mount, RepositoryName.parse(name), namespace);
        return table.find(requested)
                .map(route -> route.name() + " " + route.rewrite().apply(requested));
    }
}
