package io.sluice.e2e;

import io.sluice.oci.Digest;
import io.sluice.testing.TarFile;
import io.sluice.testing.process.Command;
import io.sluice.testing.process.Program;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.zip.GZIPOutputStream;

/**
 * A layer: a tar file, as it is or compressed.
 *
 * @param mediaType what a manifest calls it
 * @param blob its bytes
 * @param diffId the digest of the tar file, uncompressed
 */
record Layer(String mediaType, Blob blob, Digest diffId) {

    private static final String DOCKER_GZIP = "application/vnd.docker.image.rootfs.diff.tar.gzip";
    private static final String OCI_GZIP = "application/vnd.oci.image.layer.v1.tar+gzip";
    private static final String OCI_PLAIN = "application/vnd.oci.image.layer.v1.tar";
    private static final String OCI_ZSTD = "application/vnd.oci.image.layer.v1.tar+zstd";

    /** A file of a few bytes, compressed as Docker does it and named as Docker names it. */
    static Layer dockerGzip(String content) {
        return gzip(DOCKER_GZIP, content);
    }

    /** The same in an OCI image. */
    static Layer ociGzip(String content) {
        return gzip(OCI_GZIP, content);
    }

    /** A file of a few bytes, compressed by {@link Program#ZSTD}. */
    static Layer zstd(String content) {
        byte[] tar = TarFile.of(content);
        return new Layer(OCI_ZSTD, Blob.of(compressWithZstd(tar)), Digest.hash(Digest.Algorithm.SHA256, tar));
    }

    /** A file of so many bytes that no compression makes smaller, the same ones each time, uncompressed. */
    static Layer incompressible(long size) {
        try {
            Path file = Files.createTempFile("sluice-e2e", ".tar");
            file.toFile().deleteOnExit();
            MessageDigest hash = Digest.Algorithm.SHA256.newMessageDigest();
            try (OutputStream out =
                    new BufferedOutputStream(new DigestOutputStream(Files.newOutputStream(file), hash), 1 << 16)) {
                TarFile.writeRandom(out, size);
            }
            Digest digest = Digest.of(Digest.Algorithm.SHA256, hash.digest());
            return new Layer(OCI_PLAIN, new Blob(digest, Files.size(file), BodyPublishers.ofFile(file)), digest);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String descriptor() {
        return blob.descriptor(mediaType);
    }

    private static Layer gzip(String mediaType, String content) {
        byte[] tar = TarFile.of(content);
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(compressed)) {
            out.write(tar);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Layer(mediaType, Blob.of(compressed.toByteArray()), Digest.hash(Digest.Algorithm.SHA256, tar));
    }

    private static byte[] compressWithZstd(byte[] tar) {
        try {
            Path file = Files.createTempFile("sluice-e2e", ".tar");
            try {
                Files.write(file, tar);
                return new Command(Program.ZSTD.path(), "-q", "-c", file.toString())
                        .run()
                        .succeeded()
                        .output();
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
