package io.sluice.cache.disk;

import static io.sluice.cache.blob.Blobs.LIMIT;
import static io.sluice.cache.blob.Blobs.begin;
import static io.sluice.cache.blob.Blobs.bytes;
import static io.sluice.cache.blob.Blobs.digest;
import static io.sluice.cache.blob.Blobs.find;
import static io.sluice.cache.blob.Blobs.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cache.blob.BlobWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

/** However the bytes are cut into buffers, and however few of them the channel takes at once, the file has them all. */
class BufferSplitsTest {

    private static final int SIZE = 200_000;

    @TempDir
    private Path directory;

    @RepeatedTest(30)
    @DisplayName("K24: what is hashed is what the channel took")
    void theFileHashesToWhatWasStreamed(RepetitionInfo repetition) throws IOException {
        SplittableRandom random = new SplittableRandom(repetition.getCurrentRepetition());
        byte[] blob = bytes(SIZE, repetition.getCurrentRepetition());
        FileLayer hesitant = new Hesitant(new OwnedFiles(directory), random.split());
        DiskBlobSettings settings = DiskBlobSettings.of(directory.resolve("blobs"), 100_000_000);
        try (DiskBlobStore store = DiskBlobStore.open(settings, hesitant, new MapCatalog(), new RecordingObserver())) {
            BlobWriter writer = begin(store, digest(blob), random.nextBoolean() ? SIZE : -1);
            CompletableFuture<Void> written =
                    CompletableFuture.runAsync(() -> writeInPieces(writer, blob, random), writer.threads());
            Mono.fromFuture(written).block(LIMIT);
            run(writer.commit());

            assertThat(find(store, digest(blob))).isEqualTo(blob);
        }
    }

    private static void writeInPieces(BlobWriter writer, byte[] blob, SplittableRandom random) {
        int at = 0;
        while (at < SIZE) {
            List<ByteBuffer> batch = new ArrayList<>();
            int buffers = random.nextInt(5);
            for (int i = 0; i <= buffers && at < SIZE; i++) {
                int length = Math.min(SIZE - at, random.nextInt(20_000));
                batch.add(random.nextBoolean() ? ByteBuffer.wrap(blob, at, length) : direct(blob, at, length));
                at += length;
            }
            writer.append(batch.toArray(ByteBuffer[]::new));
        }
    }

    private static ByteBuffer direct(byte[] bytes, int from, int length) {
        return ByteBuffer.allocateDirect(length + 7)
                .position(7)
                .put(bytes, from, length)
                .position(7);
    }

    /** Takes only some of what it is given. */
    private static final class Hesitant extends FileLayerDecorator {

        private final SplittableRandom random;

        Hesitant(FileLayer files, SplittableRandom random) {
            super(files);
            this.random = random;
        }

        @Override
        public long write(FileChannel channel, ByteBuffer[] bytes) throws IOException {
            for (ByteBuffer each : bytes) {
                if (each.hasRemaining()) {
                    int limit = each.limit();
                    each.limit(each.position() + 1 + random.nextInt(each.remaining()));
                    try {
                        return channel.write(each);
                    } finally {
                        each.limit(limit);
                    }
                }
            }
            return 0;
        }
    }
}
