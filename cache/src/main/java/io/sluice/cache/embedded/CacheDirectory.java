package io.sluice.cache.embedded;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The directory of the embedded cache: for its owner alone, and for one process (T28). All of its methods block; they
 * are called when a cache opens or closes.
 */
final class CacheDirectory implements AutoCloseable {

    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");
    private static final int WORLD_WRITABLE = 0002;
    private static final int STICKY = 01000;

    private final Path root;
    private final FileChannel lock;

    private CacheDirectory(Path root, FileChannel lock) {
        this.root = root;
        this.lock = lock;
    }

    /**
     * Creates the directory if it is not there, and takes it for this process.
     *
     * @throws CacheDirectoryException when it is a symbolic link, belongs to someone else, lies where everyone can
     *     write, is used by another process, or cannot be written
     */
    static CacheDirectory take(Path path) {
        Path root = path.toAbsolutePath().normalize();
        try {
            createOrCheck(root);
            return new CacheDirectory(root, lock(root));
        } catch (IOException e) {
            throw new CacheDirectoryException(
                    root, "cannot be used: " + e, "Name a directory that this process may create or write.", e);
        }
    }

    private static void createOrCheck(Path root) throws IOException {
        if (Files.isSymbolicLink(root)) {
            throw new CacheDirectoryException(root, "is a symbolic link", "Name the directory that it leads to.");
        }
        Path parent = root.getParent();
        if (parent == null) {
            throw new CacheDirectoryException(root, "is the root of the file system", "Name a directory inside it.");
        }
        Files.createDirectories(parent);
        boolean posix = Files.getFileStore(parent).supportsFileAttributeView("posix");
        if (posix) {
            refuseWorldWritable(root, parent.toRealPath());
        }
        if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
            create(root, posix);
        } else if (!Files.isDirectory(root, LinkOption.NOFOLLOW_LINKS)) {
            throw new CacheDirectoryException(root, "is no directory", "Name another, or remove what is there.");
        }
        refuseForeign(root);
        if (posix) {
            Files.setPosixFilePermissions(root, OWNER_ONLY);
        }
    }

    private static void create(Path root, boolean posix) throws IOException {
        if (posix) {
            Files.createDirectory(root, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        } else {
            Files.createDirectory(root);
        }
    }

    /** In such a parent, others could put something else in the directory's place. */
    private static void refuseWorldWritable(Path root, Path realParent) throws IOException {
        for (Path at = realParent; at != null; at = at.getParent()) {
            int mode = (int) Files.getAttribute(at, "unix:mode");
            if ((mode & WORLD_WRITABLE) != 0 && (mode & STICKY) == 0) {
                throw new CacheDirectoryException(
                        root,
                        "lies in " + at + ", where everyone may write",
                        "Name another, or take that right away: chmod o-w " + at + ".");
            }
        }
    }

    /** A file that this process creates shows who it is, also where its user has no name. */
    private static void refuseForeign(Path root) throws IOException {
        Path probe = Files.createTempFile(root, "owner-", ".probe");
        try {
            Object self = Files.getOwner(probe, LinkOption.NOFOLLOW_LINKS);
            Object owner = Files.getOwner(root, LinkOption.NOFOLLOW_LINKS);
            if (!self.equals(owner)) {
                throw new CacheDirectoryException(
                        root,
                        "belongs to " + owner + ", this process is " + self,
                        "Name a directory inside it, which will be created, or change its owner.");
            }
        } finally {
            Files.delete(probe);
        }
    }

    private static FileChannel lock(Path root) throws IOException {
        FileChannel channel = FileChannel.open(
                root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        if (tryLock(channel) == null) {
            channel.close();
            throw new CacheDirectoryException(
                    root,
                    "is in use by another process",
                    "Stop that process, or give each its own directory: sluice.cache.directory.");
        }
        return channel;
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // It is this very process that has it.
            return null;
        }
    }

    /** Where the records are. */
    Path records() {
        return root.resolve("records.mv");
    }

    /** Where the catalog of the blobs is. */
    Path blobCatalog() {
        return root.resolve("blobs.mv");
    }

    /** Where the blobs are. */
    Path blobs() {
        return root.resolve("blobs");
    }

    /** Gives the directory back. */
    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            throw new CacheDirectoryException(root, "cannot be given back: " + e, "Nothing is lost.", e);
        }
    }
}
