package io.sluice.testing;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Builds small, valid manifests, indexes, configs and layers, with the digests that their bytes have. */
public final class Images {

    public static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    public static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";
    public static final String OCI_CONFIG = "application/vnd.oci.image.config.v1+json";
    public static final String OCI_LAYER = "application/vnd.oci.image.layer.v1.tar+gzip";
    public static final String DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
    public static final String DOCKER_MANIFEST_LIST = "application/vnd.docker.distribution.manifest.list.v2+json";
    public static final String DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json";
    public static final String DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip";

    private static final List<String> ARCHITECTURES = List.of("amd64", "arm64", "s390x", "ppc64le", "riscv64");

    private Images() {}

    /**
     * Some content with its address.
     *
     * @param mediaType what it is
     * @param bytes the content; not to be changed
     * @param digest its sha256 digest
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by digest, in tests only
    public record Content(String mediaType, byte[] bytes, String digest) {

        /** The content as text. */
        public String text() {
            return new String(bytes, StandardCharsets.UTF_8);
        }

        /** The descriptor that points to it, as JSON. */
        public String descriptor() {
            return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}".formatted(mediaType, digest, bytes.length);
        }

        private String platformDescriptor(String architecture) {
            return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d,\"platform\":{\"architecture\":\"%s\",\"os\":\"linux\"}}"
                    .formatted(mediaType, digest, bytes.length, architecture);
        }
    }

    /** Content of any type. */
    public static Content content(String mediaType, byte[] bytes) {
        return new Content(mediaType, bytes, sha256(bytes));
    }

    /** A JSON document of any type. */
    public static Content document(String mediaType, String json) {
        return content(mediaType, json.getBytes(StandardCharsets.UTF_8));
    }

    /** A layer of {@code size} bytes; the same seed gives the same bytes. */
    public static Content layer(int size, long seed) {
        return content(OCI_LAYER, bytes(size, seed));
    }

    /** A config that only its seed tells from others. */
    public static Content config(long seed) {
        return document(
                OCI_CONFIG,
                "{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":{\"Labels\":{\"seed\":\"%d\"}},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[]}}"
                        .formatted(seed));
    }

    /** An OCI image manifest over a config of its own. */
    public static Content image(Content... layers) {
        return imageWithConfig(config(layers.length), layers);
    }

    /** An OCI image manifest over a given config. */
    public static Content imageWithConfig(Content config, Content... layers) {
        return document(OCI_MANIFEST, manifestJson(OCI_MANIFEST, config, layers));
    }

    /** A Docker schema 2 manifest; the descriptors get Docker's media types. */
    public static Content dockerImage(Content... layers) {
        Content config = content(DOCKER_CONFIG, config(layers.length).bytes());
        Content[] dockerLayers = List.of(layers).stream()
                .map(layer -> content(DOCKER_LAYER, layer.bytes()))
                .toArray(Content[]::new);
        return document(DOCKER_MANIFEST, manifestJson(DOCKER_MANIFEST, config, dockerLayers));
    }

    /** An OCI index; the children get one platform each. */
    public static Content index(Content... children) {
        return document(OCI_INDEX, indexJson(OCI_INDEX, children));
    }

    /** A Docker manifest list; the children get one platform each. */
    public static Content dockerList(Content... children) {
        return document(DOCKER_MANIFEST_LIST, indexJson(DOCKER_MANIFEST_LIST, children));
    }

    /** Bytes that do not compress; the same seed gives the same bytes. */
    public static byte[] bytes(int size, long seed) {
        byte[] bytes = new byte[size];
        // A fixed generator on purpose: a failing test can be repeated.
        new SplittableRandom(seed).nextBytes(bytes);
        return bytes;
    }

    /** The sha256 digest of some bytes, {@code sha256:…}. */
    public static String sha256(byte[] bytes) {
        return hash("SHA-256", "sha256:", bytes);
    }

    /** The sha512 digest of some bytes, {@code sha512:…}. */
    public static String sha512(byte[] bytes) {
        return hash("SHA-512", "sha512:", bytes);
    }

    private static String manifestJson(String mediaType, Content config, Content... layers) {
        String list = List.of(layers).stream().map(Content::descriptor).collect(Collectors.joining(","));
        return "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":%s,\"layers\":[%s]}"
                .formatted(mediaType, config.descriptor(), list);
    }

    private static String indexJson(String mediaType, Content... children) {
        String list = IntStream.range(0, children.length)
                .mapToObj(i -> children[i].platformDescriptor(ARCHITECTURES.get(i % ARCHITECTURES.size())))
                .collect(Collectors.joining(","));
        return "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[%s]}".formatted(mediaType, list);
    }

    private static String hash(String algorithm, String prefix, byte[] bytes) {
        try {
            return prefix
                    + HexFormat.of()
                            .formatHex(MessageDigest.getInstance(algorithm).digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has " + algorithm, e);
        }
    }
}
