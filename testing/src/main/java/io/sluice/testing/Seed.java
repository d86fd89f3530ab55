package io.sluice.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The two manifests of {@code alpine:latest} that an upstream was seen to serve, byte by byte. */
public final class Seed {

    /** The digest of {@link #manifestList()}: the hash of its bytes. */
    public static final String MANIFEST_LIST_DIGEST =
            "sha256:c0e9560cda118f9ec63ddefb4a173a2b2a0347082d7dff7dc14272e7841a5b5a";

    /** The media type of {@link #manifestList()}. */
    public static final String MANIFEST_LIST_TYPE = "application/vnd.docker.distribution.manifest.list.v2+json";

    /** The digest of {@link #schema1()}: the hash of the payload that its signature covers, not of its bytes. */
    public static final String SCHEMA1_DIGEST =
            "sha256:5ab5a6872b264fe4fd35d63991b9b7d8425f4bc79e7cf4d563c10956581170c9";

    /** The media type of {@link #schema1()}. */
    public static final String SCHEMA1_TYPE = "application/vnd.docker.distribution.manifest.v1+prettyjws";

    private Seed() {}

    /** The manifest list, 1,638 bytes. */
    public static byte[] manifestList() {
        return read("seed/alpine-latest.manifest-list.json");
    }

    /** The signed schema 1 manifest, 2,784 bytes. */
    public static byte[] schema1() {
        return read("seed/alpine-latest.schema1.json");
    }

    private static byte[] read(String name) {
        try (InputStream resource = Seed.class.getResourceAsStream(name)) {
            if (resource == null) {
                throw new IllegalStateException("no resource " + name);
            }
            return resource.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
