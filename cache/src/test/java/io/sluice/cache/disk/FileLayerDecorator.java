package io.sluice.cache.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;

/** Does what another layer does; a test overrides what shall be different. */
class FileLayerDecorator implements FileLayer {

    private final FileLayer files;

    FileLayerDecorator(FileLayer files) {
        this.files = files;
    }

    @Override
    public void createDirectory(Path directory) throws IOException {
        files.createDirectory(directory);
    }

    @Override
    public FileChannel create(Path file) throws IOException {
        return files.create(file);
    }

    @Override
    public FileChannel open(Path file) throws IOException {
        return files.open(file);
    }

    @Override
    public long size(Path file) throws IOException {
        return files.size(file);
    }

    @Override
    public long write(FileChannel channel, ByteBuffer[] bytes) throws IOException {
        return files.write(channel, bytes);
    }

    @Override
    public int read(FileChannel channel, ByteBuffer into, long position) throws IOException {
        return files.read(channel, into, position);
    }

    @Override
    public void force(FileChannel channel) throws IOException {
        files.force(channel);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        files.rename(from, to);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        files.forceDirectory(directory);
    }

    @Override
    public void delete(Path file) throws IOException {
        files.delete(file);
    }

    @Override
    public List<Path> list(Path directory) throws IOException {
        return files.list(directory);
    }

    @Override
    public boolean isFull(Path directory, IOException failure) {
        return files.isFull(directory, failure);
    }
}
