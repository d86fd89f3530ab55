package io.sluice.cache.manifest;

import io.sluice.cache.RepositoryKey;
import io.sluice.oci.Digest;
import io.sluice.oci.Digest.Algorithm;
import io.sluice.oci.MediaTypes;
import io.sluice.oci.RepositoryName;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;

/** Values that the tests of every backend keep. */
public final class Samples {

    public static final RepositoryKey ALPINE = repository("dockerhub", "library/alpine");
    public static final Instant NOON = Instant.parse("2026-03-04T12:00:00.123456789Z");

    private Samples() {}

    public static RepositoryKey repository(String route, String name) {
        return new RepositoryKey(route, RepositoryName.parse(name));
    }

    /** The manifest list of {@code alpine:latest}. */
    public static Manifest list() {
        return ManifestCheck.verify(
                Seeds.LIST_DIGEST,
                MediaTypes.DOCKER_MANIFEST_LIST,
                Seeds.list(),
                Map.of("docker-distribution-api-version", "registry/2.0"));
    }

    /** The signed schema 1 manifest of {@code alpine:latest}, whose digest is not that of its bytes. */
    public static Manifest schema1() {
        return ManifestCheck.verify(Seeds.SCHEMA1_DIGEST, MediaTypes.DOCKER_SCHEMA1_SIGNED, Seeds.schema1(), Map.of());
    }

    /** A manifest of its own for every number, of about some length. */
    public static Manifest manifest(int number, int length) {
        byte[] body = ("{\"schemaVersion\":2,\"annotations\":{\"n\":\"" + number + "\",\"x\":\"" + "x".repeat(length)
                        + "\"}}")
                .getBytes(StandardCharsets.UTF_8);
        return ManifestCheck.verify(null, MediaTypes.OCI_MANIFEST, body, Map.of());
    }

    public static Digest digest(int number) {
        return Digest.hash(Algorithm.SHA256, ("content " + number).getBytes(StandardCharsets.UTF_8));
    }

    public static TagPointer pointer(int number) {
        return new TagPointer(
                new ManifestDescriptor(digest(number), MediaTypes.OCI_INDEX, number),
                NOON.plusSeconds(number),
                number % 2 == 0 ? null : digest(number));
    }
}
