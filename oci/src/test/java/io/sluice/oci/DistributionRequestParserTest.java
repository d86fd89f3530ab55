package io.sluice.oci;

import static io.sluice.oci.Malformed.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sluice.oci.DistributionRequest.BlobRequest;
import io.sluice.oci.DistributionRequest.ManifestRequest;
import io.sluice.oci.DistributionRequest.Ping;
import io.sluice.oci.DistributionRequest.ReferrersRequest;
import io.sluice.oci.DistributionRequest.TagsRequest;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DistributionRequestParserTest {

    private static final String HEX = "c0e9560cda118f9ec63ddefb4a173a2b2a0347082d7dff7dc14272e7841a5b5a";
    private static final String SHA256 = "sha256:" + HEX;
    private static final String SHA512 = "sha512:" + HEX + HEX;

    @ParameterizedTest
    @ValueSource(strings = {"", "/docker.io", "/pub-group/dependency_proxy/containers"})
    void everyEndpointIsReadWithAndWithoutAMount(String mount) {
        RequestedRepository alpine = repository(mount, "library/alpine", null);
        String base = mount + "/v2/library/alpine";
        assertThat(parse(mount + "/v2")).isEqualTo(new Ping());
        assertThat(parse(mount + "/v2/")).isEqualTo(new Ping());
        assertThat(parse(base + "/manifests/3.20_x-y.Z")).isEqualTo(new ManifestRequest(alpine, new Tag("3.20_x-y.Z")));
        assertThat(parse(base + "/manifests/" + SHA256)).isEqualTo(new ManifestRequest(alpine, Digest.parse(SHA256)));
        assertThat(parse(base + "/manifests/" + SHA512)).isEqualTo(new ManifestRequest(alpine, Digest.parse(SHA512)));
        assertThat(parse(base + "/blobs/" + SHA256)).isEqualTo(new BlobRequest(alpine, Digest.parse(SHA256)));
        assertThat(parse(base + "/tags/list")).isEqualTo(new TagsRequest(alpine, null, null, null));
        assertThat(parse(base + "/referrers/" + SHA256))
                .isEqualTo(new ReferrersRequest(alpine, Digest.parse(SHA256), null, null));
    }

    @Test
    void aPathBelongsToTheProtocolWhenAComponentIsV2() {
        assertThat(List.of("/v2", "/v2/", "/v2/x", "/a/b/v2", "/a/v2/c", "//v2", "/v2x/v2/"))
                .allMatch(DistributionRequestParser::claims);
        assertThat(List.of("", "/", "/v1/", "/v2x", "/xv2", "/v20/", "/V2/", "/actuator/health", "v2"))
                .noneMatch(DistributionRequestParser::claims);
    }

    @Test
    void theFirstV2EndsTheMount() {
        assertThat(parse("/a/v2/b/v2/manifests/c"))
                .isEqualTo(new ManifestRequest(repository("/a", "b/v2", null), tag("c")));
        assertThat(parse("/v2/v2/manifests/c")).isEqualTo(new ManifestRequest(repository("", "v2", null), tag("c")));
        assertThat(parse("/v2x/v2/b/manifests/c"))
                .isEqualTo(new ManifestRequest(repository("/v2x", "b", null), tag("c")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "manifests",
                "blobs",
                "tags",
                "referrers",
                "uploads",
                "list",
                "v2",
                "manifests/manifests",
                "blobs/uploads",
                "tags/list",
                "a/blobs/b",
                "a/blobs/uploads"
            })
    void aRepositoryMayBeNamedLikeAnEndpoint(String name) {
        RequestedRepository repository = repository("", name, null);
        assertThat(parse("/v2/" + name + "/manifests/list")).isEqualTo(new ManifestRequest(repository, tag("list")));
        assertThat(parse("/v2/" + name + "/blobs/" + SHA256))
                .isEqualTo(new BlobRequest(repository, Digest.parse(SHA256)));
        assertThat(parse("/v2/" + name + "/tags/list")).isEqualTo(new TagsRequest(repository, null, null, null));
    }

    @ParameterizedTest
    @DisplayName("T13, C14: what is not a name, or would be one only for another reader, is NAME_INVALID")
    @ValueSource(
            strings = {
                "..",
                ".",
                "a/..",
                "../a",
                "a/../b",
                "a/./b",
                "a//b",
                "/a",
                "a/",
                "A",
                "library/Alpine",
                "_a",
                "a_",
                "a..b",
                "a___b",
                "%2e%2e",
                "%2E%2E/a",
                "a%2fb",
                "a%2Fb",
                "a%5cb",
                "a%00b",
                "a%20b",
                "a b",
                "a\tb",
                "a\0b",
                "a\nb",
                "a\u007fb",
                "a\\b",
                "\u00e4",
                "a/\u202e",
                "a;b",
                "a~b",
                "a@b",
                "a:b",
                "a*b",
                "a'b",
                "_catalog"
            })
    void whatIsNotANameIsRefused(String name) {
        for (String endpoint : List.of(
                "/manifests/latest",
                "/manifests/" + SHA256,
                "/blobs/" + SHA256,
                "/tags/list",
                "/referrers/" + SHA256)) {
            assertRefused(OciError.Code.NAME_INVALID, name, () -> parse("/v2/" + name + endpoint));
        }
        if (!name.equals("_catalog")) {
            assertRefused(OciError.Code.NAME_INVALID, "mount " + name, () -> parse("/" + name + "/v2/a/tags/list"));
        }
    }

    @Test
    @DisplayName("C14: a name of 300 characters is NAME_INVALID, one of 255 is not")
    void aLongNameIsRefused() {
        assertRefused(OciError.Code.NAME_INVALID, "300", () -> parse("/v2/" + "a".repeat(300) + "/tags/list"));
        assertRefused(OciError.Code.NAME_INVALID, "300", () -> parse("/v2/" + "a/".repeat(150) + "a/tags/list"));
        assertRefused(OciError.Code.NAME_INVALID, "300", () -> parse("/" + "a".repeat(300) + "/v2/a/tags/list"));
        assertThat(parse("/v2/" + "a".repeat(255) + "/tags/list")).isInstanceOf(TagsRequest.class);
    }

    @ParameterizedTest
    @DisplayName("T13: an empty mount, one without its slash and an encoded v2 are refused")
    @ValueSource(strings = {"//v2/a/tags/list", "x/v2/a/tags/list", "/%76%32/v2/a/tags/list", "/a//v2/b/tags/list"})
    void aMountThatIsNoNameIsRefused(String path) {
        assertRefused(OciError.Code.NAME_INVALID, path, () -> parse(path));
    }

    @Test
    @DisplayName("C13: whatever has a colon, encoded or not, and is no digest is DIGEST_INVALID")
    void whatIsNotADigestIsRefused() {
        String upper = HEX.toUpperCase(Locale.ROOT);
        List<String> digests = List.of(
                "sha256:" + upper,
                "sha256:" + HEX.substring(1),
                SHA256 + "a",
                "SHA256:" + HEX,
                "sha512:" + HEX,
                "md5:d41d8cd98f00b204e9800998ecf8427e",
                "sha256+b64u:" + HEX,
                "sha256%3A" + HEX,
                "sha256%3a" + HEX,
                "md5%3A" + HEX,
                "sha256:%2e%2e",
                "sha256:" + HEX + "%00",
                "sha256:..",
                ":",
                "sha256:\0",
                "sha256:" + HEX.substring(1) + "\u0661");
        for (String digest : digests) {
            for (String endpoint : List.of("/manifests/", "/blobs/", "/referrers/")) {
                assertRefused(OciError.Code.DIGEST_INVALID, digest, () -> parse("/v2/a" + endpoint + digest));
            }
        }
        for (String noDigest : List.of("latest", "", HEX, "sha256")) {
            assertRefused(OciError.Code.DIGEST_INVALID, noDigest, () -> parse("/v2/a/blobs/" + noDigest));
            assertRefused(OciError.Code.DIGEST_INVALID, noDigest, () -> parse("/v2/a/referrers/" + noDigest));
        }
    }

    @ParameterizedTest
    @DisplayName("T13: a malformed tag is NAME_INVALID")
    @ValueSource(
            strings = {"", ".", "..", ".a", "-a", "a b", "%2e%2e", "a%2fb", "a%00", "a@b", "\u00e4", "a*", "a\\b", "a~b"
            })
    void whatIsNotATagIsRefused(String tag) {
        assertRefused(OciError.Code.NAME_INVALID, tag, () -> parse("/v2/a/manifests/" + tag));
        assertRefused(OciError.Code.NAME_INVALID, "129", () -> parse("/v2/a/manifests/" + "a".repeat(129)));
    }

    @ParameterizedTest
    @DisplayName("C14: the catalog and every path for writing is UNSUPPORTED")
    @ValueSource(
            strings = {
                "/v2/_catalog",
                "/docker.io/v2/_catalog",
                "/v2/a/blobs/uploads",
                "/v2/a/blobs/uploads/",
                "/v2/a/b/blobs/uploads/7a1f",
                "/docker.io/v2/a/blobs/uploads/"
            })
    void writingAndTheCatalogAreUnsupported(String path) {
        assertRefused(OciError.Code.UNSUPPORTED, path, () -> parse(path));
    }

    @ParameterizedTest
    @DisplayName("C14: anything else behind /v2/ is NAME_UNKNOWN")
    @ValueSource(
            strings = {
                "/v2/a",
                "/v2/v2/",
                "/v2/v2",
                "/v2/a/b",
                "/v2/a/b/c",
                "/v2/a/manifests",
                "/v2/manifests/latest",
                "/v2/a/tags/other",
                "/v2/blobs/uploads/x",
                "/v2/_catalog/",
                "/nothing"
            })
    void anythingElseIsUnknown(String path) {
        assertRefused(OciError.Code.NAME_UNKNOWN, path, () -> parse(path));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v2//", "/v2///", "/v2//a", "/v2//tags/list", "/v2/a/tags/list/", "/v2/a/tags//list"})
    void emptyComponentsAreRefused(String path) {
        assertRefused(OciError.Code.NAME_INVALID, path, () -> parse(path));
    }

    @Test
    @DisplayName("C19: ns is handed on as it is meant; a repeated one names no route")
    void theNamespaceIsHandedOn() {
        assertThat(namespace("ns=docker.io")).isEqualTo("docker.io");
        assertThat(namespace("x=1&ns=registry.test%3A5000&y")).isEqualTo("registry.test:5000");
        assertThat(namespace("ns=user:secret@10.0.0.1:22")).isEqualTo("user:secret@10.0.0.1:22");
        assertThat(namespace("ns=")).isEmpty();
        assertThat(namespace("ns")).isEmpty();
        assertThat(namespace(null)).isNull();
        assertThat(namespace("")).isNull();
        assertThat(namespace("nsx=a&xns=b&NS=c&%6es=d&x=ns=e&&")).isNull();
        for (String repeated : List.of("ns=a&ns=a", "ns=a&x=1&ns=b", "ns&ns", "ns=&ns=")) {
            assertRefused(OciError.Code.NAME_UNKNOWN, repeated, () -> namespace(repeated));
        }
        for (String undecodable : List.of("ns=%", "ns=%zz", "ns=%2")) {
            assertRefused(OciError.Code.NAME_INVALID, undecodable, () -> namespace(undecodable));
        }
    }

    @Test
    @DisplayName("C23: n is a whole number, capped; last is any text")
    void thePageIsRead() {
        assertThat(tags(null)).isEqualTo(new TagsRequest(repository("", "a", null), null, null, null));
        assertThat(tags("n=0").n()).isZero();
        assertThat(tags("n=100&last=3.20").n()).isEqualTo(100);
        assertThat(tags("n=0000000010").n()).isEqualTo(Integer.MAX_VALUE);
        assertThat(tags("n=999999999").n()).isEqualTo(999_999_999);
        assertThat(tags("n=1000000000").n()).isEqualTo(Integer.MAX_VALUE);
        assertThat(tags("n=" + "9".repeat(1_000)).n()).isEqualTo(Integer.MAX_VALUE);
        assertThat(tags("last=..%2F%00%0d%0a%26+x").last()).isEqualTo("../\0\r\n& x");
        for (String n : List.of(
                "n=-1", "n=", "n", "n=1.5", "n=+1", "n=%2B1", "n=1e9", "n=0x10", "n=a", "n=%D9%A1", "n=1&n=1")) {
            assertRefused(OciError.Code.PAGINATION_NUMBER_INVALID, n, () -> tags(n));
        }
        assertRefused(OciError.Code.NAME_INVALID, "repeated", () -> tags("last=a&last=b"));
        assertRefused(OciError.Code.NAME_INVALID, "undecodable", () -> tags("last=%g0"));
    }

    @Test
    void aPageOfTheUpstreamIsAQueryAndNothingElse() {
        assertThat(tags("page=next_page%3DgAAA%3D%26n%3D50").page()).isEqualTo("next_page=gAAA=&n=50");
        for (String page : List.of("page=", "page=a%20b", "page=a%0d%0ab", "page=%23", "page=" + "a".repeat(4097))) {
            assertRefused(OciError.Code.PAGINATION_NUMBER_INVALID, page, () -> tags(page));
        }
    }

    @Test
    void aParameterMeansSomethingOnlyToItsEndpoint() {
        assertThat(parse("/v2/a/manifests/b", "n=-1&last=%zz&artifactType=%zz"))
                .isEqualTo(new ManifestRequest(repository("", "a", null), tag("b")));
        assertThat(parse("/v2/", "ns=a&ns=b&n=-1")).isEqualTo(new Ping());
    }

    @Test
    void theArtifactTypeIsDecoded() {
        DistributionRequest request =
                parse("/v2/a/referrers/" + SHA256, "artifactType=application%2Fvnd.x%2Bjson&ns=q");
        assertThat(request)
                .isEqualTo(new ReferrersRequest(
                        repository("", "a", "q"), Digest.parse(SHA256), "application/vnd.x+json", null));
    }

    @Test
    void anErrorTellsTheOffendingPathAndTheExpectation() {
        assertThat(catchThrowableOfType(MalformedRequestException.class, () -> parse("/v2/A/tags/list"))
                        .error()
                        .toJson())
                .contains("NAME_INVALID", "invalid repository name: expected", "\"detail\":\"A\"");
    }

    private static DistributionRequest parse(String path) {
        return parse(path, null);
    }

    private static DistributionRequest parse(String path, @Nullable String query) {
        return DistributionRequestParser.parse(path, query);
    }

    private static @Nullable String namespace(@Nullable String query) {
        return ((ManifestRequest) parse("/v2/a/manifests/b", query))
                .repository()
                .namespace();
    }

    private static TagsRequest tags(@Nullable String query) {
        return (TagsRequest) parse("/v2/a/tags/list", query);
    }

    private static RequestedRepository repository(String mount, String name, @Nullable String namespace) {
        return new RequestedRepository(mount, new RepositoryName(name), namespace);
    }

    private static Tag tag(String text) {
        return new Tag(text);
    }
}
