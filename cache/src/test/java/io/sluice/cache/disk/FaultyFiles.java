package io.sluice.cache.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Files of which any step fails that a test has broken, until it is mended. */
final class FaultyFiles extends FileLayerDecorator {

    private final Map<Step, String> broken = new ConcurrentHashMap<>();

    FaultyFiles(FileLayer files) {
        super(files);
    }

    /** What can fail. */
    enum Step {
        MAKE_DIRECTORY,
        CREATE,
        READ,
        WRITE,
        FORCE,
        RENAME,
        FORCE_DIRECTORY,
        DELETE
    }

    /** From now on a step fails, in the operating system's words. */
    void breaks(Step step, String words) {
        broken.put(step, words);
    }

    void mend() {
        broken.clear();
    }

    private void pass(Step step) throws IOException {
        String words = broken.get(step);
        if (words != null) {
            throw new IOException(words);
        }
    }

    @Override
    public void createDirectory(Path directory) throws IOException {
        pass(Step.MAKE_DIRECTORY);
        super.createDirectory(directory);
    }

    @Override
    public FileChannel create(Path file) throws IOException {
        pass(Step.CREATE);
        return super.create(file);
    }

    @Override
    public int read(FileChannel channel, ByteBuffer into, long position) throws IOException {
        pass(Step.READ);
        return super.read(channel, into, position);
    }

    @Override
    public long write(FileChannel channel, ByteBuffer[] bytes) throws IOException {
        pass(Step.WRITE);
        return super.write(channel, bytes);
    }

    @Override
    public void force(FileChannel channel) throws IOException {
        pass(Step.FORCE);
        super.force(channel);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        pass(Step.RENAME);
        super.rename(from, to);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        pass(Step.FORCE_DIRECTORY);
        super.forceDirectory(directory);
    }

    @Override
    public void delete(Path file) throws IOException {
        pass(Step.DELETE);
        super.delete(file);
    }
}
