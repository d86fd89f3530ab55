package io.sluice.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.oci.MalformedRequestException;
import io.sluice.oci.OciError;
import io.sluice.oci.RepositoryName;
import io.sluice.oci.RequestedRepository;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RouteTableTest {

    private static final RouteSettings HUB = route(
            "hub",
            List.of("/docker.io", "/pub-group/dependency_proxy/containers"),
            List.of("docker.io"),
            true,
            "library");
    private static final RouteSettings QUAY = route("quay", List.of("/quay.io"), List.of("quay.io"), false, null);
    private static final RouteSettings TEAM =
            route("team", List.of("/quay.io/team"), List.of("registry.team:5000"), false, null);
    private static final RouteTable TABLE = new RouteTable(List.of(HUB, QUAY, TEAM));

    @Test
    void aPrefixOfTheNameLeadsToItsRouteAndIsTakenOff() {
        assertThat(find("", "docker.io/library/alpine", null)).isEqualTo("hub library/alpine");
        assertThat(find("", "quay.io/prometheus/node-exporter", null)).isEqualTo("quay prometheus/node-exporter");
        assertThat(find("", "pub-group/dependency_proxy/containers/grafana/grafana", null))
                .isEqualTo("hub grafana/grafana");
    }

    @Test
    void aPathInFrontOfTheProtocolLeadsToItsRoute() {
        assertThat(find("/docker.io", "library/alpine", null)).isEqualTo("hub library/alpine");
        assertThat(find("/pub-group/dependency_proxy/containers", "library/alpine", null))
                .isEqualTo("hub library/alpine");
        assertThat(find("/quay.io/team", "tool", null)).isEqualTo("team tool");
    }

    @Test
    void behindAPathInFrontOfTheProtocolNothingIsTakenOffTheName() {
        assertThat(find("/docker.io", "quay.io/team/tool", null)).isEqualTo("hub quay.io/team/tool");
        assertThat(find("/quay.io", "quay.io/tool", null)).isEqualTo("quay quay.io/tool");
    }

    @Test
    void theLongestPrefixWins() {
        assertThat(find("", "quay.io/team/tool", null)).isEqualTo("team tool");
        assertThat(find("", "quay.io/team/deep/tool", null)).isEqualTo("team deep/tool");
        assertThat(find("", "quay.io/other/tool", null)).isEqualTo("quay other/tool");
    }

    @Test
    void aPrefixEndsWhereAComponentEnds() {
        assertThat(find("", "quay.iot/tool", null)).isEqualTo("hub quay.iot/tool");
        assertThat(find("", "quay.io/teams/tool", null)).isEqualTo("quay teams/tool");
        assertThat(find("", "pub-group/dependency_proxy/alpine", null))
                .isEqualTo("hub pub-group/dependency_proxy/alpine");
    }

    @Test
    void aPrefixWithoutARepositoryBehindItIsNobodys() {
        assertThat(find("", "docker.io", null)).isNull();
        assertThat(find("", "quay.io/team", null)).isNull();
        assertThat(find("", "quay.io", "docker.io")).isNull();
    }

    @Test
    void aPathInFrontOfTheProtocolThatNobodyConfiguredIsNobodys() {
        assertThat(find("/ghcr.io", "library/alpine", null)).isNull();
        assertThat(find("/docker.io/library", "alpine", null)).isNull();
        assertThat(find("/quay.io/teams", "tool", null)).isNull();
        assertThat(find("/ghcr.io", "library/alpine", "docker.io")).isNull();
    }

    @Test
    void aNamespaceLeadsToItsRoute() {
        assertThat(find("", "prometheus/node-exporter", "quay.io")).isEqualTo("quay prometheus/node-exporter");
        assertThat(find("", "tool", "registry.team:5000")).isEqualTo("team tool");
    }

    @Test
    void aNamespaceIsComparedExactlyPortIncluded() {
        assertThat(find("", "tool", "registry.team")).isNull();
        assertThat(find("", "tool", "registry.team:5001")).isNull();
        assertThat(find("", "tool", "QUAY.IO")).isNull();
        assertThat(find("", "tool", "quay.io:443")).isNull();
        assertThat(find("", "tool", "https://quay.io")).isNull();
    }

    @Test
    @DisplayName("T06, T36: a namespace that no route lists is nobody's, even where there is a root route or a prefix")
    void anUnknownNamespaceIsNobodys() {
        assertThat(find("", "library/alpine", "evil.example")).isNull();
        assertThat(find("", "library/alpine", "")).isNull();
        assertThat(find("", "docker.io/library/alpine", "evil.example")).isNull();
        assertThat(find("/docker.io", "library/alpine", "169.254.169.254")).isNull();
    }

    @Test
    @DisplayName("T36: a prefix and a namespace that name different routes are nobody's")
    void aPrefixAndANamespaceThatDisagreeAreNobodys() {
        assertThat(find("", "docker.io/library/alpine", "quay.io")).isNull();
        assertThat(find("/quay.io", "library/alpine", "docker.io")).isNull();
        assertThat(find("", "quay.io/team/tool", "quay.io")).isNull();
    }

    @Test
    void aPrefixAndANamespaceThatAgreeLeadToTheirRoute() {
        assertThat(find("", "docker.io/library/alpine", "docker.io")).isEqualTo("hub library/alpine");
        assertThat(find("/quay.io", "prometheus/prometheus", "quay.io")).isEqualTo("quay prometheus/prometheus");
    }

    @Test
    void theRootRouteAnswersWhatNamesNeitherPathNorNamespace() {
        assertThat(find("", "grafana/grafana", null)).isEqualTo("hub grafana/grafana");
    }

    @Test
    void withoutARootRouteWhatNamesNothingIsNobodys() {
        RouteTable table = new RouteTable(List.of(QUAY, TEAM));

        assertThat(table.find(requested("", "grafana/grafana", null))).isEmpty();
        assertThat(new RouteTable(List.of()).find(requested("", "alpine", "docker.io")))
                .isEmpty();
    }

    @Test
    void theDefaultNamespaceGoesInFrontOfANameOfOneComponentOnly() {
        assertThat(find("", "alpine", null)).isEqualTo("hub library/alpine");
        assertThat(find("", "docker.io/alpine", null)).isEqualTo("hub library/alpine");
        assertThat(find("/docker.io", "alpine", null)).isEqualTo("hub library/alpine");
        assertThat(find("", "alpine", "docker.io")).isEqualTo("hub library/alpine");
        assertThat(find("", "a/b", "docker.io")).isEqualTo("hub a/b");
    }

    @Test
    void aRouteWithoutADefaultNamespaceKeepsANameOfOneComponent() {
        assertThat(find("", "quay.io/alpine", null)).isEqualTo("quay alpine");
        assertThat(find("", "alpine", "quay.io")).isEqualTo("quay alpine");
    }

    @Test
    void aNameThatIsTooLongWithItsDefaultNamespaceIsInvalid() {
        String name = "a".repeat(RepositoryName.MAX_LENGTH);

        assertThatThrownBy(() -> find("", name, null))
                .isInstanceOfSatisfying(
                        MalformedRequestException.class,
                        error -> assertThat(error.error().code()).isEqualTo(OciError.Code.NAME_INVALID));
    }

    private static @Nullable String find(String mount, String name, @Nullable String namespace) {
        RequestedRepository requested = requested(mount, name, namespace);
        return TABLE.find(requested)
                .map(route -> route.name() + " " + route.rewrite().apply(requested))
                .orElse(null);
    }

    private static RequestedRepository requested(String mount, String name, @Nullable String namespace) {
        return new RequestedRepository(mount, RepositoryName.parse(name), namespace);
    }

    private static RouteSettings route(
            String name, List<String> paths, List<String> namespaces, boolean root, @Nullable String defaultNamespace) {
        return new PlainRoute(name, "https://" + name + ".example", paths, namespaces, root, defaultNamespace)
                .anonymous();
    }
}
