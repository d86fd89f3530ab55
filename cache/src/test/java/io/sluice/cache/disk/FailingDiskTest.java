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
import io.sluice.cache.disk.FaultyFiles.Step;
import io.sluice.oci.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A disk that fails at one step, and then works again. */
class FailingDiskTest {

    private static final String FULL = "No space left on device";
    private static final String FAILING = "Input/output error";
    private static final byte[] BLOB = bytes(300_000, 1);
    private static final Digest DIGEST = digest(BLOB);

    @TempDir
    private Path directory;

    private final RecordingObserver observer = new RecordingObserver();
    private final MapCatalog catalog = new MapCatalog();
    private BlobPaths paths;
    private FaultyFiles files;
    private DiskBlobStore store;

    @BeforeEach
    void open() throws IOException {
        paths = new BlobPaths(directory.resolve("blobs"));
        files = new FaultyFiles(new OwnedFiles(directory));
        store = DiskBlobStore.open(DiskBlobSettings.of(paths.root(), 100_000_000), files, catalog, observer);
        run(store.loaded());
    }

    @AfterEach
    void close() {
        store.close();
    }

    @ParameterizedTest
    @CsvSource({
        "FORCE," + FULL,
        "FORCE," + FAILING,
        "MAKE_DIRECTORY," + FULL,
        "RENAME," + FULL,
        "RENAME," + FAILING,
        "RENAME,Read-only file system",
        "FORCE_DIRECTORY," + FAILING
    })
    @DisplayName(
            "K12 K14: a blob that cannot be kept is read to its end by those who have it, and leaves nothing behind")
    void whatCannotBeKeptIsReadToItsEnd(Step step, String words) {
        BlobWriter writer = begin(store, DIGEST, BLOB.length);
        append(writer, BLOB);
        try (BlobReader reader = writer.reader()) {
            files.breaks(step, words);
            assertThatThrownBy(() -> run(writer.commit())).isInstanceOf(BlobStoreException.class);

            assertThat(readAll(reader, 0)).isEqualTo(BLOB);
            assertThat(find(store, DIGEST)).isNull();
        }
        assertNothingIsLeft();
        assertThat(observer.told()).anyMatch(line -> line.contains(words));
        assertWorksAgain();
    }

    @ParameterizedTest
    @ValueSource(strings = {FULL, FAILING, "Read-only file system", "Permission denied"})
    @DisplayName(
            "K12 K14: where no file can be made nothing is written, what is held is served, and then all is as before")
    void whereNoFileCanBeMadeNothingIsWritten(String words) {
        Digest held = put(store, bytes(1000, 2));
        files.breaks(Step.CREATE, words);

        assertThatThrownBy(() -> begin(store, DIGEST, BLOB.length)).isInstanceOf(BlobStoreException.class);

        if (!words.equals(FULL)) {
            assertThat(find(store, held)).isEqualTo(bytes(1000, 2));
        }
        assertWorksAgain();
    }

    @ParameterizedTest
    @ValueSource(strings = {FULL, FAILING})
    @DisplayName(
            "K12 K14: when the disk fails in the middle, what was written before is read, and then the reader is told")
    void whatWasWrittenBeforeIsRead(String words) {
        BlobWriter writer = begin(store, DIGEST, BLOB.length);
        append(writer, BLOB, 0, 200_000);
        try (BlobReader reader = writer.reader()) {
            files.breaks(Step.WRITE, words);
            assertThatThrownBy(() -> append(writer, BLOB, 200_000, BLOB.length))
                    .isInstanceOf(words.equals(FULL) ? NoRoomException.class : BlobStoreException.class);
            assertThat(writer.written()).isEqualTo(200_000);
            assertThat(get(reader.ready(0, BLOB.length))).isEqualTo(200_000);
            assertThat(writer.heldBack().remaining()).isZero();

            writer.abort(new IllegalStateException("the disk"));

            assertThatThrownBy(() -> readAll(reader, 0)).hasMessage("the disk");
        }
        assertNothingIsLeft();
        assertWorksAgain();
    }

    @Test
    @DisplayName("K14: a file that cannot be read fails its reader, who may ask elsewhere, and is a miss from then on")
    void whatCannotBeReadIsAMiss() {
        put(store, BLOB);
        try (BlobReader reader = get(store.open(DIGEST))) {
            assertThat(get(reader.read(0, ByteBuffer.allocate(1000)))).isEqualTo(1000);
            files.breaks(Step.READ, FAILING);

            assertThatThrownBy(() -> readAll(reader, 1000)).isInstanceOf(BlobStoreException.class);
        }
        await(() -> store.usage().quarantined() == 1);
        assertThat(find(store, DIGEST)).isNull();
        assertWorksAgain();
    }

    @Test
    @DisplayName("K14: what cannot be deleted is told, fails nobody, and is swept away at the next start")
    void whatCannotBeDeletedIsSweptLater() throws IOException {
        BlobWriter writer = begin(store, DIGEST, BLOB.length);
        append(writer, Arrays.copyOf(BLOB, 1000));
        files.breaks(Step.DELETE, FAILING);

        writer.abort(new IllegalStateException("given up"));

        await(() -> observer.told().stream().anyMatch(line -> line.contains(FAILING)));
        assertThat(find(store, DIGEST)).isNull();
        files.mend();
        store.close();
        open();
        assertNothingIsLeft();
    }

    private void assertNothingIsLeft() {
        await(() -> store.usage().bytes() == 0 && store.usage().arriving() == 0);
        assertThat(paths.incoming()).isEmptyDirectory();
    }

    private void assertWorksAgain() {
        files.mend();
        assertThat(find(store, put(store, BLOB))).isEqualTo(BLOB);
    }
}
