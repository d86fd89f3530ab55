package io.sluice.e2e;

import java.util.Locale;

/** The images that every client pulls. */
enum ImageKind {
    /** One platform, in Docker's own format. */
    DOCKER,
    /** An OCI index of two platforms, and the attestation that BuildKit adds to one of them. */
    INDEX,
    /** A layer compressed with zstd, which Docker 20.10 cannot unpack. */
    ZSTD,
    /** A layer of 200 MB that no compression makes smaller. */
    LARGE;

    /** The repository that images of this kind are pushed to. */
    String repository() {
        return "library/" + name().toLowerCase(Locale.ROOT);
    }

    /** An image of this kind; another salt gives every manifest another digest. */
    Image build(String salt) {
        return switch (this) {
            case DOCKER -> ImageTemplates.docker(salt);
            case INDEX -> ImageTemplates.indexWithAttestation(salt);
            case ZSTD -> ImageTemplates.zstd(salt);
            case LARGE -> ImageTemplates.large(salt);
        };
    }
}
