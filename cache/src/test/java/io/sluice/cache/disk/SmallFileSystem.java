package io.sluice.cache.disk;

import io.sluice.testing.process.Command;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** A file system of its own, in memory, that is soon full. Only root can make one. */
final class SmallFileSystem implements AutoCloseable {

    private final Path directory;

    private SmallFileSystem(Path directory) {
        this.directory = directory;
    }

    /**
     * Makes one.
     *
     * @param directory an empty directory, where it will be
     * @param options of tmpfs: {@code size=8m}, {@code nr_inodes=64}
     */
    static SmallFileSystem mount(Path directory, String options) {
        Assumptions.assumeTrue(System.getProperty("user.name").equals("root"), "only root mounts file systems");
        new Command("mount", "-t", "tmpfs", "-o", options, "none", directory.toString()).print();
        return new SmallFileSystem(directory);
    }

    Path directory() {
        return directory;
    }

    /** From now on nothing can be written; fails while a file is open for writing. */
    void becomesReadOnly() {
        new Command("mount", "-o", "remount,ro", directory.toString()).print();
    }

    void becomesWritable() {
        new Command("mount", "-o", "remount,rw", directory.toString()).print();
    }

    @Override
    public void close() {
        new Command("umount", "-l", directory.toString()).print();
    }
}
