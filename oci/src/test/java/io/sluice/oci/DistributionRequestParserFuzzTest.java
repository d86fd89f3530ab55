package io.sluice.oci;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.oci.DistributionRequest.BlobRequest;
import io.sluice.oci.DistributionRequest.ManifestRequest;
import io.sluice.oci.DistributionRequest.ReferrersRequest;
import io.sluice.oci.DistributionRequest.RepositoryRequest;
import io.sluice.oci.DistributionRequest.TagsRequest;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;

/** T13: whatever path comes, it is refused in one way, or every part of it has been validated. */
class DistributionRequestParserFuzzTest {

    private static final Pattern COMPONENT = Pattern.compile("[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*");
    private static final Pattern TAG = Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}");
    private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}");

    @Property(tries = 20_000)
    @Label("T13: paths put together from what matters to the parser")
    void likelyPaths(@ForAll("likelyPath") String path, @ForAll("likelyQuery") String query) {
        Statistics.label("accepted").collect(isAccepted(path, query));
        Statistics.label("accepted").coverage(coverage -> coverage.check(true).count(count -> count > 100));
    }

    @Property(tries = 5_000)
    @Label("T13: any characters at all")
    void anyPath(@ForAll String path, @ForAll String query) {
        isAccepted(path, query);
        isAccepted("/v2/" + path, query);
        isAccepted("/v2/a/manifests/" + path, query);
    }

    /** Parses, and holds what an accepted path is made of against the grammar; anything but the one exception fails. */
    private static boolean isAccepted(String path, String query) {
        DistributionRequest request;
        try {
            request = DistributionRequestParser.parse(path, query);
        } catch (MalformedRequestException e) {
            assertThat(e.error().toJson()).matches("[ -~]+");
            return false;
        }
        assertThat(path).matches("[!-~]+").doesNotContain("%", "\\", "//", "/../", "/./");
        if (request instanceof RepositoryRequest named) {
            assertThat(rebuilt(named)).isEqualTo(path);
            return true;
        }
        return false;
    }

    /** The path that the parsed values stand for, each of them checked. */
    private static String rebuilt(RepositoryRequest request) {
        return prefix(request.repository())
                + switch (request) {
                    case ManifestRequest manifest -> "/manifests/" + checked(manifest.reference());
                    case BlobRequest blob -> "/blobs/" + checked(blob.digest());
                    case ReferrersRequest referrers -> "/referrers/" + checked(referrers.digest());
                    case TagsRequest tags -> "/tags/list";
                };
    }

    private static String prefix(RequestedRepository repository) {
        assertComponents(repository.name().text());
        if (!repository.mount().isEmpty()) {
            assertThat(repository.mount()).startsWith("/");
            assertComponents(repository.mount().substring(1));
        }
        return repository.mount() + "/v2/" + repository.name();
    }

    private static void assertComponents(String name) {
        assertThat(name.split("/", -1))
                .allMatch(component -> COMPONENT.matcher(component).matches());
    }

    private static String checked(Reference reference) {
        assertThat(reference.text()).matches(reference instanceof Digest ? DIGEST : TAG);
        return reference.text();
    }

    @Provide
    Arbitrary<String> likelyPath() {
        Arbitrary<String> component = Arbitraries.of(
                "v2",
                "library",
                "alpine",
                "docker.io",
                "manifests",
                "blobs",
                "tags",
                "list",
                "referrers",
                "uploads",
                "latest",
                "_catalog",
                "",
                "..",
                ".",
                "%2e%2e",
                "a%2fb",
                "%00",
                "A",
                "a..b",
                "é",
                "sha256:" + "a".repeat(64),
                "sha256:" + "A".repeat(64),
                "sha512:" + "0".repeat(128),
                "sha256%3A" + "a".repeat(64),
                "a\\b");
        Arbitrary<String> tail = Arbitraries.of(
                "",
                "/manifests/latest",
                "/tags/list",
                "/manifests/sha256:" + "b".repeat(64),
                "/blobs/sha256:" + "c".repeat(64));
        Arbitrary<String> head = Arbitraries.of("", "/v2", "/docker.io/v2");
        return head.flatMap(start -> component
                .list()
                .ofMaxSize(5)
                .flatMap(middle ->
                        tail.map(end -> start + (middle.isEmpty() ? "" : "/" + String.join("/", middle)) + end)));
    }

    @Provide
    Arbitrary<String> likelyQuery() {
        return Arbitraries.of(
                        "ns=docker.io", "ns=a&ns=b", "ns=%", "n=1", "n=-1", "last=x", "last=%00", "", "&", "=", "x=y")
                .list()
                .ofMaxSize(3)
                .map(parameters -> String.join("&", parameters));
    }
}
