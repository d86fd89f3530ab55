package io.sluice.cache.disk;

import io.sluice.oci.Digest;
import io.sluice.oci.Digest.Algorithm;
import io.sluice.oci.MalformedRequestException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where a blob lies: {@code <root>/sha256/<2 hex>/<hex>}, while it is written {@code <root>/incoming/<random>}, and when it
 * was found damaged {@code <root>/quarantine/<hex>-<random>}. Names are made of a digest's own hex and nothing else (T13).
 */
record BlobPaths(Path root) {

    private static final int PREFIX = 2;
    private static final int PREFIXES = 256;

    Path incoming() {
        return root.resolve("incoming");
    }

    Path quarantine() {
        return root.resolve("quarantine");
    }

    /** A name for a file that is being written; nobody can guess it (T28). */
    Path newIncoming() {
        return incoming().resolve(UUID.randomUUID().toString());
    }

    Path newQuarantine(Digest digest) {
        return quarantine().resolve(digest.hex() + "-" + UUID.randomUUID());
    }

    Path directory(Algorithm algorithm) {
        return root.resolve(algorithm.label());
    }

    Path directory(Digest digest) {
        return directory(digest.algorithm()).resolve(digest.hex().substring(0, PREFIX));
    }

    Path file(Digest digest) {
        return directory(digest).resolve(digest.hex());
    }

    /** The directories in which blobs of an algorithm can lie. */
    List<Path> directories(Algorithm algorithm) {
        List<Path> directories = new ArrayList<>(PREFIXES);
        for (int i = 0; i < PREFIXES; i++) {
            directories.add(directory(algorithm).resolve(String.format("%02x", i)));
        }
        return directories;
    }

    /** The blob that a file is by its name, or null when it is none. */
    static @Nullable Digest digest(Algorithm algorithm, Path file) {
        try {
            return new Digest(algorithm, String.valueOf(file.getFileName()));
        } catch (MalformedRequestException e) {
            return null;
        }
    }
}
