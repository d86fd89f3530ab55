package io.sluice.cache.disk;

import io.sluice.cache.blob.BlobStoreException;
import java.io.IOException;

/**
 * What it takes to work with files.
 *
 * @param paths where they lie
 * @param files the file system
 * @param threads where work may block
 * @param keepers where work waits for the disk most of the time, apart from the others
 * @param reading reads pieces of them
 * @param observer is told what goes wrong
 */
record Disk(
        BlobPaths paths,
        FileLayer files,
        FileThreads threads,
        FileThreads keepers,
        FileReading reading,
        DiskObserver observer) {

    private static final int THREADS = 8;
    private static final int KEEPERS = 4;

    static Disk of(BlobPaths paths, FileLayer files, DiskObserver observer) {
        FileThreads threads = new FileThreads("sluice-blob", THREADS);
        FileThreads keepers = new FileThreads("sluice-blob-keep", KEEPERS);
        return new Disk(paths, files, threads, keepers, new FileReading(files, threads), observer);
    }

    boolean isFull(IOException failure) {
        return files.isFull(paths.root(), failure);
    }

    /** Whether this process has as many files open as it may; the JDK has no type for it. */
    static boolean isOutOfFiles(Exception failure) {
        return String.valueOf(failure.getMessage()).contains("Too many open files");
    }

    /** Tells of a failure, and gives what its caller is told. */
    BlobStoreException failed(String what, IOException cause) {
        observer.failed(what, cause);
        return new BlobStoreException(what, cause);
    }

    /** Does what still waits. Blocks. */
    void endThreads() {
        keepers.close();
        threads.close();
    }
}
