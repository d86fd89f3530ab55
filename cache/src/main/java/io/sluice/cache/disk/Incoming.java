package io.sluice.cache.disk;

import io.sluice.oci.Digest;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.security.MessageDigest;

/** A file that is being written, or was left behind half-written: with all that is needed to go on. */
final class Incoming {

    private final Digest digest;
    private final Path file;
    private final FileChannel channel;
    private final MessageDigest hash;
    private long written;
    private long reserved;

    Incoming(Digest digest, Path file, FileChannel channel) {
        this.digest = digest;
        this.file = file;
        this.channel = channel;
        this.hash = digest.algorithm().newMessageDigest();
    }

    Digest digest() {
        return digest;
    }

    Path file() {
        return file;
    }

    FileChannel channel() {
        return channel;
    }

    MessageDigest hash() {
        return hash;
    }

    long written() {
        return written;
    }

    void wrote(long bytes) {
        written += bytes;
    }

    /** The room that is taken for it, bytes. */
    long reserved() {
        return reserved;
    }

    void reserve(long bytes) {
        reserved = bytes;
    }
}
