package io.sluice.cache.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.cache.manifest.ManifestDocument.Part;
import io.sluice.oci.Digest;
import io.sluice.oci.Digest.Algorithm;
import io.sluice.oci.MediaTypes;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestCheckTest {

    private static final String OTHER_JSON = "application/vnd.example.thing+json";

    @Test
    void aVerifiedManifestHasTheBytesAndTypeThatCame() {
        Manifest manifest = ManifestCheck.verify(
                Seeds.LIST_DIGEST,
                "application/vnd.docker.distribution.manifest.list.v2+json; charset=utf-8",
                Seeds.list(),
                Map.of("docker-distribution-api-version", "registry/2.0"));

        assertThat(manifest.descriptor())
                .isEqualTo(new ManifestDescriptor(Seeds.LIST_DIGEST, MediaTypes.DOCKER_MANIFEST_LIST, 1638));
        assertThat(manifest.bytes()).isEqualTo(ByteBuffer.wrap(Seeds.list()));
        assertThat(manifest.headers()).containsEntry("docker-distribution-api-version", "registry/2.0");
    }

    @Test
    void signedSchema1IsVerifiedByItsPayload() {
        assertThat(verify(Seeds.SCHEMA1_DIGEST, MediaTypes.DOCKER_SCHEMA1_SIGNED, Seeds.schema1())
                        .size())
                .isEqualTo(2784);
    }

    @Test
    void withoutAnExpectedDigestItGetsItsSha256() {
        assertThat(ManifestCheck.verify(null, MediaTypes.DOCKER_MANIFEST_LIST, Seeds.list(), Map.of())
                        .digest())
                .isEqualTo(Seeds.LIST_DIGEST);
    }

    @Test
    void sha512IsVerifiedAsWell() {
        Digest expected = Digest.hash(Algorithm.SHA512, Seeds.list());

        assertThat(verify(expected, MediaTypes.DOCKER_MANIFEST_LIST, Seeds.list())
                        .digest())
                .isEqualTo(expected);
        assertRefused(
                Digest.hash(Algorithm.SHA512, new byte[0]),
                MediaTypes.DOCKER_MANIFEST_LIST,
                Seeds.list(),
                "its digest is");
    }

    @Test
    void aFlippedBitIsRefusedWithBothDigests() {
        byte[] body = Seeds.list();
        body[700] ^= 1;

        assertRefused(
                Seeds.LIST_DIGEST,
                MediaTypes.DOCKER_MANIFEST_LIST,
                body,
                "its digest is " + Digest.hash(Algorithm.SHA256, body) + ", expected " + Seeds.LIST_DIGEST);
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/html", "application/json", "application/octet-stream", ""})
    @DisplayName("U14: a type that no manifest has is refused, whatever the bytes")
    void aForeignMediaTypeIsRefused(String mediaType) {
        assertRefused(Seeds.LIST_DIGEST, mediaType, Seeds.list(), "is not that of a manifest");
    }

    @Test
    @DisplayName("U14: a type other than the one in the document is refused")
    void anotherTypeThanTheDocumentsIsRefused() {
        assertRefused(Seeds.LIST_DIGEST, MediaTypes.OCI_INDEX, Seeds.list(), "calls itself");
        assertRefused(MediaTypes.OCI_MANIFEST, "{\"mediaType\":7}", "its mediaType is no text");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"manifests":[],"layers":[]}
            {"manifests":[],"config":{}}
            {"manifests":[],"fsLayers":[]}
            """)
    @DisplayName("T03 (CVE-2021-41190): an index and an image at once is refused, under any type")
    void anIndexAndAnImageAtOnceIsRefused(String body) {
        assertRefused(OTHER_JSON, body, "an index and an image at once");
        assertRefused(MediaTypes.OCI_INDEX, body, "an index and an image at once");
        assertRefused(MediaTypes.OCI_MANIFEST, body, "an index and an image at once");
    }

    @Test
    @DisplayName("T03: an index that comes as an image is refused, and the other way round")
    void partsThatContradictTheTypeAreRefused() {
        assertRefused(MediaTypes.OCI_MANIFEST, "{\"manifests\":[]}", "are not those of");
        assertRefused(MediaTypes.OCI_INDEX, "{\"layers\":[]}", "are not those of");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"layers\":[],\"layers\":[]}",
                "{\"mediaType\":null,\"mediatype\":null}",
                "{\"Layers\":[]}",
                "{\"manifeſts\":[]}"
            })
    @DisplayName("T03: a document that two clients would read in two ways is refused")
    void aDocumentThatCanBeReadInTwoWaysIsRefused(String body) {
        assertRefused(OTHER_JSON, body, "it has \"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "[]", "\"text\"", "null", "<html>", "{", "{}{}", "{} x", "{\"a\":1,}", "\uFEFF{}", "{\u0000}"
            })
    void whatIsNotOneJsonObjectIsRefused(String body) {
        assertRefused(OTHER_JSON, body, "it is not JSON|it is not a JSON object|something follows");
    }

    @Test
    void otherEncodingsThanUtf8AreRefused() {
        for (Charset charset : List.of(StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE, StandardCharsets.UTF_16)) {
            assertRefused(null, OTHER_JSON, "{\"layers\":[]}".getBytes(charset), "it is not JSON");
        }
    }

    @Test
    @DisplayName("T14: more than 4 MiB is refused, 4 MiB are not")
    void moreThanFourMebibytesAreRefused() {
        byte[] largest = " ".repeat(Manifest.MAX_SIZE).getBytes(StandardCharsets.UTF_8);
        largest[0] = '{';
        largest[Manifest.MAX_SIZE - 1] = '}';
        byte[] tooLarge = Arrays.copyOf(largest, Manifest.MAX_SIZE + 1);

        assertThat(ManifestCheck.verify(null, OTHER_JSON, largest, Map.of()).size())
                .isEqualTo(Manifest.MAX_SIZE);
        assertRefused(null, OTHER_JSON, tooLarge, "4194305 bytes, at most 4194304");
    }

    @Test
    @DisplayName("T14: deep nesting is refused")
    void deepNestingIsRefused() {
        assertRefused(OTHER_JSON, "{\"a\":" + "[".repeat(100) + "]".repeat(100) + "}", "nest");
        assertThat(ManifestCheck.verify(
                                null,
                                OTHER_JSON,
                                ("{\"a\":" + "[".repeat(99) + "]".repeat(99) + "}").getBytes(StandardCharsets.UTF_8),
                                Map.of())
                        .size())
                .isPositive();
    }

    @Test
    void whatTheReasonQuotesIsCutAndHasNoControlCharacters() {
        String hostile = "\\u001b[2J\\n" + "x".repeat(2000);
        assertThatThrownBy(() -> ManifestCheck.verify(
                        null,
                        OTHER_JSON,
                        ("{\"mediaType\":\"" + hostile + "\"}").getBytes(StandardCharsets.UTF_8),
                        Map.of()))
                .satisfies(error ->
                        assertThat(error.getMessage()).hasSizeLessThan(600).doesNotContain("\u001b", "\n"));
    }

    @Test
    void anImageIndexIsReadForItsChildren() {
        ManifestDocument document =
                ManifestDocument.read(verify(Seeds.LIST_DIGEST, MediaTypes.DOCKER_MANIFEST_LIST, Seeds.list()));

        assertThat(document.schemaVersion()).isEqualTo(2);
        assertThat(document.mediaType()).isEqualTo(MediaTypes.DOCKER_MANIFEST_LIST);
        assertThat(document.isIndex()).isTrue();
        assertThat(document.blobs()).isEmpty();
        assertThat(document.manifests())
                .hasSize(7)
                .startsWith(new Descriptor(
                        Digest.parse("sha256:d7342993700f8cd7aba8496c2d0e57be0666e80b4c441925fc6f9361fa81d10e"),
                        MediaTypes.DOCKER_MANIFEST,
                        528));
    }

    @Test
    void schema1IsReadForItsLayers() {
        ManifestDocument document = ManifestDocument.read(Seeds.schema1());

        assertThat(document.parts()).containsExactly(Part.FS_LAYERS);
        assertThat(document.schemaVersion()).isEqualTo(1);
        assertThat(document.mediaType()).isNull();
        assertThat(document.blobs())
                .startsWith(new Descriptor(
                        Digest.parse("sha256:a3ed95caeb02ffe68cdd9fd84406680ae93d633cb16422d00e8a7c22955b46d4"),
                        null,
                        -1))
                .hasSize(2);
    }

    @Test
    void anImageIsReadForItsConfigItsLayersAndItsSubject() {
        Digest config = Digest.hash(Algorithm.SHA256, new byte[] {1});
        Digest layer = Digest.hash(Algorithm.SHA512, new byte[] {2});
        Digest subject = Digest.hash(Algorithm.SHA256, new byte[] {3});
        ManifestDocument document = read("""
                {"schemaVersion":2, "artifactType":"application/x", "subject":{"digest":"%s","size":1},
                 "annotations":{"digest":"%s"},
                 "config":{"digest":"%s","size":3,"mediaType":"m"},
                 "layers":[{"digest":"md5:00"},{"digest":7},null,5,[{}],{"size":9},
                           {"digest":"%s","size":12345678901,"annotations":{"digest":"x"},"mediaType":{"a":1}},
                           {"digest":"%s","size":-3},{"digest":"%s","size":99999999999999999999}]}
                """.formatted(subject, subject, config, layer, layer, layer));

        assertThat(document.parts()).containsExactlyInAnyOrder(Part.CONFIG, Part.LAYERS);
        assertThat(document.artifactType()).isEqualTo("application/x");
        assertThat(document.subject()).isEqualTo(new Descriptor(subject, null, 1));
        assertThat(document.manifests()).isEmpty();
        assertThat(document.blobs())
                .containsExactly(
                        new Descriptor(config, "m", 3),
                        new Descriptor(layer, null, 12345678901L),
                        new Descriptor(layer, null, -1),
                        new Descriptor(layer, null, -1));
    }

    @Test
    void noMoreThanTheLimitOfDescriptorsIsRead() {
        String child = "{\"digest\":\"" + Seeds.LIST_DIGEST + "\"},";
        ManifestDocument document = read("{\"manifests\":[" + child.repeat(5000) + "{}],\"schemaVersion\":2}");

        assertThat(document.manifests()).hasSize(ManifestDocument.MAX_DESCRIPTORS);
        assertThat(document.schemaVersion()).isEqualTo(2);
    }

    private static ManifestDocument read(String body) {
        return ManifestDocument.read(body.getBytes(StandardCharsets.UTF_8));
    }

    private static Manifest verify(Digest expected, String mediaType, byte[] body) {
        return ManifestCheck.verify(expected, mediaType, body, Map.of());
    }

    private static void assertRefused(String mediaType, String body, String reason) {
        assertRefused(null, mediaType, body.getBytes(StandardCharsets.UTF_8), reason);
    }

    private static void assertRefused(@Nullable Digest expected, String mediaType, byte[] body, String reason) {
        assertThatThrownBy(() -> ManifestCheck.verify(expected, mediaType, body, Map.of()))
                .isInstanceOf(InvalidManifestException.class)
                .message()
                .containsPattern(reason);
    }
}
