package io.sluice.cache.disk;

import static io.sluice.cache.blob.Blobs.append;
import static io.sluice.cache.blob.Blobs.begin;
import static io.sluice.cache.blob.Blobs.bytes;
import static io.sluice.cache.blob.Blobs.digest;
import static io.sluice.cache.blob.Blobs.find;
import static io.sluice.cache.blob.Blobs.get;
import static io.sluice.cache.blob.Blobs.put;
import static io.sluice.cache.blob.Blobs.readAll;
import static io.sluice.cache.blob.Blobs.run;
import static io.sluice.cache.disk.DiskBlobStoreTest.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.cache.blob.BlobReader;
import io.sluice.cache.blob.BlobStoreException;
import io.sluice.cache.blob.BlobWriter;
import io.sluice.cache.blob.NoRoomException;
import io.sluice.oci.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store whose limit is far above what its file system holds. */
class SmallDiskTest {

    private static final int MEBIBYTE = 1024 * 1024;
    private static final long LIMIT = 1L << 40;

    @TempDir
    private Path directory;

    private final RecordingObserver observer = new RecordingObserver();
    private final MapCatalog catalog = new MapCatalog();

    private DiskBlobStore open(SmallFileSystem small) throws IOException {
        DiskBlobStore store =
                DiskBlobStore.open(DiskBlobSettings.of(small.directory().resolve("blobs"), LIMIT), catalog, observer);
        run(store.loaded());
        return store;
    }

    @Test
    @DisplayName("K12: on a full disk others leave, and the blob is kept")
    void onAFullDiskOthersLeave() throws IOException {
        try (SmallFileSystem small = SmallFileSystem.mount(directory, "size=8m");
                DiskBlobStore store = open(small)) {
            for (int seed = 0; seed < 6; seed++) {
                put(store, bytes(MEBIBYTE, seed));
            }
            byte[] blob = bytes(5 * MEBIBYTE, 10);

            Digest digest = put(store, blob);

            assertThat(find(store, digest)).isEqualTo(blob);
            assertThat(store.usage().evictions()).isPositive();
            assertThat(observer.told()).anyMatch(line -> line.startsWith("full "));
            await(() -> store.usage().bytes() == Room.of(blob.length));
        }
    }

    @Test
    @DisplayName("K12: a blob that fits on no disk fails, its readers have what came, and nothing of it is left")
    void whatFitsOnNoDiskFails() throws IOException {
        try (SmallFileSystem small = SmallFileSystem.mount(directory, "size=8m");
                DiskBlobStore store = open(small)) {
            byte[] blob = bytes(12 * MEBIBYTE, 11);
            BlobWriter writer = begin(store, digest(blob), blob.length);
            try (BlobReader reader = writer.reader()) {
                assertThatThrownBy(() -> append(writer, blob)).isInstanceOf(NoRoomException.class);
                int came = get(reader.ready(0, blob.length));
                assertThat(came).isGreaterThan(7 * MEBIBYTE);
                writer.abort(new IllegalStateException("no room"));
                assertThatThrownBy(() -> readAll(reader, 0)).hasMessage("no room");
            }
            await(() -> store.usage().bytes() == 0);
            assertThat(directory.resolve("blobs/incoming")).isEmptyDirectory();
            assertThat(find(store, put(store, bytes(MEBIBYTE, 12)))).isEqualTo(bytes(MEBIBYTE, 12));
        }
    }

    @Test
    @DisplayName("K12: on a disk that others have filled nothing is kept, and all is as before once they have gone")
    void aDiskThatOthersHaveFilled() throws IOException {
        try (SmallFileSystem small = SmallFileSystem.mount(directory, "size=8m");
                DiskBlobStore store = open(small)) {
            Path others = directory.resolve("others");
            assertThatThrownBy(() -> Files.write(others, new byte[9 * MEBIBYTE]))
                    .isInstanceOf(IOException.class);
            byte[] blob = bytes(MEBIBYTE, 13);
            BlobWriter writer = begin(store, digest(blob), blob.length);

            assertThatThrownBy(() -> append(writer, blob)).isInstanceOf(NoRoomException.class);
            writer.abort(new IllegalStateException("no room"));

            Files.delete(others);
            assertThat(find(store, put(store, blob))).isEqualTo(blob);
        }
    }

    @Test
    @DisplayName("K13: when the file system has no more inodes others leave, and every blob is kept in its turn")
    void withoutInodesOthersLeave() throws IOException {
        try (SmallFileSystem small = SmallFileSystem.mount(directory, "size=64m,nr_inodes=320");
                DiskBlobStore store = open(small)) {
            List<Digest> all = new ArrayList<>();
            for (int seed = 0; seed < 400; seed++) {
                all.add(put(store, bytes(1000, seed)));
                assertThat(find(store, all.getLast())).isEqualTo(bytes(1000, seed));
            }
            assertThat(store.usage().evictions()).isPositive();
            await(() -> store.usage().bytes() == store.usage().entries() * Room.of(1000));
        }
    }

    @Test
    @DisplayName(
            "K14: on a file system that has become read-only what is held is served, and writing begins again by itself")
    void aFileSystemThatBecomesReadOnly() throws IOException {
        try (SmallFileSystem small = SmallFileSystem.mount(directory, "size=8m")) {
            Digest digest;
            try (DiskBlobStore store = open(small)) {
                digest = put(store, bytes(MEBIBYTE, 14));
            }
            try (DiskBlobStore store = open(small)) {
                small.becomesReadOnly();
                assertThat(find(store, digest)).isEqualTo(bytes(MEBIBYTE, 14));
                assertThatThrownBy(() -> begin(store, digest(bytes(10, 15)), 10))
                        .isInstanceOf(BlobStoreException.class)
                        .isNotInstanceOf(NoRoomException.class);
                assertThat(store.usage().evictions()).isZero();

                small.becomesWritable();
                assertThat(find(store, put(store, bytes(10, 15)))).isEqualTo(bytes(10, 15));
                assertThat(find(store, digest)).isEqualTo(bytes(MEBIBYTE, 14));
            }
        }
    }
}
