package io.sluice.cache.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;

/**
 * All that the store does to the file system, in one place, so that a test can let each step fail, or forget what was not
 * forced. Everything blocks. No symbolic link is ever followed (T28).
 */
interface FileLayer {

    /** Creates a directory for its owner alone, unless it is there. */
    void createDirectory(Path directory) throws IOException;

    /** Creates a file for its owner alone, for reading and writing; fails when there is one. */
    FileChannel create(Path file) throws IOException;

    /** Opens a regular file for reading. */
    FileChannel open(Path file) throws IOException;

    /** The length of a regular file, bytes; fails when there is none. */
    long size(Path file) throws IOException;

    /** Appends bytes at the channel's position; perhaps not all of them. */
    long write(FileChannel channel, ByteBuffer[] bytes) throws IOException;

    /** Reads from a position; -1 at the end. */
    int read(FileChannel channel, ByteBuffer into, long position) throws IOException;

    /** Waits until what was written to the file would survive a loss of power. */
    void force(FileChannel channel) throws IOException;

    /** Gives a file another name in one step, in place of what has that name. */
    void rename(Path from, Path to) throws IOException;

    /** Waits until the names in a directory would survive a loss of power. */
    void forceDirectory(Path directory) throws IOException;

    /** Deletes a file, or an empty directory; nothing happens when there is none. */
    void delete(Path file) throws IOException;

    /** What lies in a directory. */
    List<Path> list(Path directory) throws IOException;

    /** Whether the file system is full, or as good as. */
    boolean isFull(Path directory, IOException failure);
}
