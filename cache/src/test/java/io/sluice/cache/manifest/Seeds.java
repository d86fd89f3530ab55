package io.sluice.cache.manifest;

import io.sluice.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/** The two manifests of {@code alpine:latest} that pull-by-digest once broke on, as a registry sent them. */
final class Seeds {

    static final Digest LIST_DIGEST =
            Digest.parse("sha256:c0e9560cda118f9ec63ddefb4a173a2b2a0347082d7dff7dc14272e7841a5b5a");
    static final Digest SCHEMA1_DIGEST =
            Digest.parse("sha256:5ab5a6872b264fe4fd35d63991b9b7d8425f4bc79e7cf4d563c10956581170c9");

    private Seeds() {}

    static byte[] list() {
        return bytes("alpine-latest.manifest-list.json");
    }

    static byte[] schema1() {
        return bytes("alpine-latest.schema1.json");
    }

    private static byte[] bytes(String name) {
        try (InputStream in = Seeds.class.getResourceAsStream("/io/sluice/testing/seed/" + name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
