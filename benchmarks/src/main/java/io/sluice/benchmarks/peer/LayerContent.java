package io.sluice.benchmarks.peer;

import io.sluice.oci.Digest;
import io.sluice.testing.TarFile;
import java.io.IOException;
import java.io.InputStream;

/** A layer: a tar file, uncompressed, of one file of noise. */
record LayerContent(BlobContent noise) {

    private static final String MEDIA_TYPE = "application/vnd.oci.image.layer.v1.tar";

    /** So many bytes in the tar file, others for every number. */
    static LayerContent of(long number, long size) {
        return new LayerContent(new BlobContent(number, size));
    }

    InputStream open() {
        return TarFile.around("noise-" + noise.number(), noise.size(), noise.open());
    }

    /** Of the tar file, bytes. */
    long size() {
        return TarFile.sizeAround(noise.size());
    }

    /** Of the tar file: as it is not compressed, the digest of the blob and the one in the image's configuration. */
    Digest digest() throws IOException {
        try (InputStream in = open()) {
            return BlobContent.digestOf(in);
        }
    }

    static String descriptor(Digest digest, long size) {
        return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}".formatted(MEDIA_TYPE, digest.text(), size);
    }
}
