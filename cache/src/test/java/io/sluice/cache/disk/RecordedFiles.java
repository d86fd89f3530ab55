package io.sluice.cache.disk;

import io.sluice.oci.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;

/** Writes down every step that changes something, in the order in which they happen: one after the other. */
final class RecordedFiles extends FileLayerDecorator {

    private final List<Step> steps = new ArrayList<>();
    private final IdentityHashMap<FileChannel, Integer> inodes = new IdentityHashMap<>();

    RecordedFiles(FileLayer files) {
        super(files);
    }

    /** What was done. */
    sealed interface Step {

        record MadeDirectory(Path directory) implements Step {}

        record Created(Path file, int inode) implements Step {}

        @SuppressWarnings("ArrayRecordComponent") // never compared
        record Wrote(int inode, long at, byte[] bytes) implements Step {}

        record Forced(int inode) implements Step {}

        record ForcedDirectory(Path directory) implements Step {}

        record Renamed(Path from, Path to) implements Step {}

        record Deleted(Path file) implements Step {}

        /** The store has said that it holds this blob. */
        record Kept(Digest digest) implements Step {}
    }

    synchronized List<Step> steps() {
        return List.copyOf(steps);
    }

    /** Notes that the store has said so. */
    synchronized void kept(Digest digest) {
        steps.add(new Step.Kept(digest));
    }

    @Override
    public synchronized void createDirectory(Path directory) throws IOException {
        super.createDirectory(directory);
        steps.add(new Step.MadeDirectory(directory));
    }

    @Override
    public synchronized FileChannel create(Path file) throws IOException {
        FileChannel channel = super.create(file);
        inodes.put(channel, inodes.size());
        steps.add(new Step.Created(file, inodes.size() - 1));
        return channel;
    }

    @Override
    public synchronized long write(FileChannel channel, ByteBuffer[] bytes) throws IOException {
        long at = channel.position();
        ByteArrayOutputStream given = new ByteArrayOutputStream();
        for (ByteBuffer each : bytes) {
            byte[] copy = new byte[each.remaining()];
            each.duplicate().get(copy);
            given.write(copy);
        }
        long written = super.write(channel, bytes);
        byte[] taken = Arrays.copyOf(given.toByteArray(), Math.toIntExact(written));
        steps.add(new Step.Wrote(inode(channel), at, taken));
        return written;
    }

    @Override
    public synchronized void force(FileChannel channel) throws IOException {
        super.force(channel);
        steps.add(new Step.Forced(inode(channel)));
    }

    @Override
    public synchronized void forceDirectory(Path directory) throws IOException {
        super.forceDirectory(directory);
        steps.add(new Step.ForcedDirectory(directory));
    }

    @Override
    public synchronized void rename(Path from, Path to) throws IOException {
        super.rename(from, to);
        steps.add(new Step.Renamed(from, to));
    }

    @Override
    public synchronized void delete(Path file) throws IOException {
        super.delete(file);
        steps.add(new Step.Deleted(file));
    }

    private int inode(FileChannel channel) {
        return Objects.requireNonNull(inodes.get(channel));
    }
}
