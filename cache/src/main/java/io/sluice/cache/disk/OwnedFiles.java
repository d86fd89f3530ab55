package io.sluice.cache.disk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** The files of a real file system, for their owner alone where it knows owners. */
final class OwnedFiles implements FileLayer {

    private static final long AS_GOOD_AS_FULL = 1024 * 1024;
    private static final Set<StandardOpenOption> NEW =
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
    private static final Set<? extends OpenOption> EXISTING =
            Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);

    private final FileAttribute<?>[] directoryAttributes;
    private final FileAttribute<?>[] fileAttributes;

    /** @param root some directory of the file system */
    OwnedFiles(Path root) throws IOException {
        boolean posix = Files.getFileStore(root).supportsFileAttributeView("posix");
        directoryAttributes = posix ? ownerOnly("rwx------") : new FileAttribute<?>[0];
        fileAttributes = posix ? ownerOnly("rw-------") : new FileAttribute<?>[0];
    }

    private static FileAttribute<?>[] ownerOnly(String permissions) {
        return new FileAttribute<?>[] {
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        };
    }

    @Override
    public void createDirectory(Path directory) throws IOException {
        try {
            Files.createDirectory(directory, directoryAttributes);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
                throw e;
            }
        }
    }

    @Override
    public FileChannel create(Path file) throws IOException {
        return FileChannel.open(file, NEW, fileAttributes);
    }

    @Override
    public FileChannel open(Path file) throws IOException {
        size(file);
        return FileChannel.open(file, EXISTING);
    }

    @Override
    public long size(Path file) throws IOException {
        BasicFileAttributes attributes =
                Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (!attributes.isRegularFile()) {
            throw new FileSystemException(file.toString(), null, "is no regular file");
        }
        return attributes.size();
    }

    @Override
    public long write(FileChannel channel, ByteBuffer[] bytes) throws IOException {
        return channel.write(bytes);
    }

    @Override
    public int read(FileChannel channel, ByteBuffer into, long position) throws IOException {
        return channel.read(into, position);
    }

    @Override
    public void force(FileChannel channel) throws IOException {
        channel.force(true);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public void delete(Path file) throws IOException {
        Files.deleteIfExists(file);
    }

    @Override
    public List<Path> list(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** The JDK has no type for it: what is left of the file system tells, or else the operating system's words. */
    @Override
    public boolean isFull(Path directory, IOException failure) {
        if (failure instanceof NoSuchFileException) {
            return false;
        }
        String words = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
        if (words.contains("no space left") || words.contains("quota")) {
            return true;
        }
        try {
            return Files.getFileStore(directory).getUsableSpace() < AS_GOOD_AS_FULL && !words.contains("read-only");
        } catch (IOException e) {
            return false;
        }
    }
}
