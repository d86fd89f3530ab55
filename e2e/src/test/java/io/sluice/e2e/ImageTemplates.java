package io.sluice.e2e;

import static io.sluice.oci.MediaTypes.DOCKER_MANIFEST;
import static io.sluice.oci.MediaTypes.OCI_INDEX;
import static io.sluice.oci.MediaTypes.OCI_MANIFEST;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** The documents of which images are made. Their white space differs on purpose: nobody may write them anew. */
final class ImageTemplates {

    private static final String DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json";
    private static final String OCI_CONFIG = "application/vnd.oci.image.config.v1+json";
    private static final String IN_TOTO = "application/vnd.in-toto+json";
    private static final long LARGE = 200_000_000;

    private ImageTemplates() {}

    static Image docker(String salt) {
        Layer layer = Layer.dockerGzip(salt);
        Blob config = config("amd64", layer, salt);
        return image(
                manifest(DOCKER_MANIFEST, config.descriptor(DOCKER_CONFIG), layer.descriptor()), config, layer.blob());
    }

    static Image zstd(String salt) {
        return oci(Layer.zstd(salt), "amd64", salt);
    }

    static Image large(String salt) {
        return oci(LargeLayer.LAYER, "amd64", salt);
    }

    static Image indexWithAttestation(String salt) {
        Image amd64 = oci(Layer.ociGzip("amd64 " + salt), "amd64", salt);
        Image arm64 = oci(Layer.ociGzip("arm64 " + salt), "arm64", salt);
        Image attestation = attestation(amd64);
        List<Image> images = List.of(amd64, arm64, attestation);
        return new Image(
                index(amd64, arm64, attestation),
                images.stream().map(Image::root).toList(),
                images.stream().flatMap(image -> image.blobs().stream()).toList());
    }

    private static Image oci(Layer layer, String architecture, String salt) {
        Blob config = config(architecture, layer, salt);
        return image(manifest(OCI_MANIFEST, config.descriptor(OCI_CONFIG), layer.descriptor()), config, layer.blob());
    }

    private static Image attestation(Image subject) {
        Blob statement = blob("""
                {"_type": "https://in-toto.io/Statement/v0.1", "subject": [{"digest": {"sha256": "%s"}}]}
                """.formatted(subject.root().digest().hex()));
        Blob config = blob("""
                {"architecture": "unknown", "os": "unknown", "config": {},
                 "rootfs": {"type": "layers", "diff_ids": ["%s"]}}
                """.formatted(statement.digest().text()));
        return image(
                manifest(OCI_MANIFEST, config.descriptor(OCI_CONFIG), statement.descriptor(IN_TOTO)),
                config,
                statement);
    }

    private static Image image(ManifestDocument manifest, Blob config, Blob layer) {
        return new Image(manifest, List.of(), List.of(config, layer));
    }

    private static Blob config(String architecture, Layer layer, String salt) {
        return blob("""
                {"architecture": "%s", "os": "linux", "config": {"Labels": {"salt": "%s"}},
                 "rootfs": {"type": "layers", "diff_ids": ["%s"]},
                 "history": [{"created": "2026-01-01T00:00:00Z", "created_by": "sluice"}]}
                """.formatted(architecture, salt, layer.diffId().text()));
    }

    private static Blob blob(String text) {
        return Blob.of(text.getBytes(StandardCharsets.UTF_8));
    }

    private static ManifestDocument manifest(String mediaType, String config, String layer) {
        return new ManifestDocument(mediaType, """
                {
                   "schemaVersion": 2,
                   "mediaType": "%s",
                   "config": %s,
                   "layers": [
                      %s
                   ]
                }""".formatted(mediaType, config, layer));
    }

    private static ManifestDocument index(Image amd64, Image arm64, Image attestation) {
        return new ManifestDocument(OCI_INDEX, """
                {
                  "mediaType": "%s",
                  "manifests": [
                    %s,
                    %s,
                    %s
                  ],
                  "schemaVersion": 2
                }
                """.formatted(
                        OCI_INDEX,
                        amd64.root().descriptor(platform("amd64")),
                        arm64.root().descriptor(platform("arm64")),
                        attestation.root().descriptor(attestationOf(amd64))));
    }

    private static String platform(String architecture) {
        return """
                "platform": {"architecture": "%s", "os": "linux"}""".formatted(architecture);
    }

    private static String attestationOf(Image subject) {
        return """
                "annotations": {"vnd.docker.reference.type": "attestation-manifest", "vnd.docker.reference.digest": "%s"},
                     "platform": {"architecture": "unknown", "os": "unknown"}""".formatted(subject.root().digest().text());
    }

    /** Made when it is first needed, once. */
    private static final class LargeLayer {
        static final Layer LAYER = Layer.incompressible(LARGE);
    }
}
