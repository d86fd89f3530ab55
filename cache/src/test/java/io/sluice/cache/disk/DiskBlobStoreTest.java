package io.sluice.cache.disk;

import static io.sluice.cache.blob.Blobs.LIMIT;
import static io.sluice.cache.blob.Blobs.append;
import static io.sluice.cache.blob.Blobs.begin;
import static io.sluice.cache.blob.Blobs.bytes;
import static io.sluice.cache.blob.Blobs.digest;
import static io.sluice.cache.blob.Blobs.find;
import static io.sluice.cache.blob.Blobs.get;
import static io.sluice.cache.blob.Blobs.put;
import static io.sluice.cache.blob.Blobs.readAll;
import static io.sluice.cache.blob.Blobs.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.cache.blob.BlobReader;
import io.sluice.cache.blob.BlobStore;
import io.sluice.cache.blob.BlobStoreContract;
import io.sluice.cache.blob.BlobStoreException;
import io.sluice.cache.blob.BlobWriter;
import io.sluice.cache.blob.NoRoomException;
import io.sluice.oci.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

class DiskBlobStoreTest extends BlobStoreContract {

    private static final long MEBIBYTE = 1024 * 1024;

    @TempDir
    private Path directory;

    private final MapCatalog catalog = new MapCatalog();
    private DiskBlobStore store;

    @BeforeEach
    void open() {
        store = open(300 * MEBIBYTE);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Override
    protected BlobStore store() {
        return store;
    }

    private DiskBlobStore open(long limit) {
        return open(DiskBlobSettings.of(directory.resolve("blobs"), limit));
    }

    private DiskBlobStore open(DiskBlobSettings settings) {
        try {
            return DiskBlobStore.open(settings, catalog, new RecordingObserver());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void reopen(long limit) {
        store.close();
        store = open(limit);
        run(store.loaded());
    }

    private Path file(Digest digest) {
        return new BlobPaths(directory.resolve("blobs")).file(digest);
    }

    private long filesIn(String name) {
        try (Stream<Path> files = Files.list(directory.resolve("blobs").resolve(name))) {
            return files.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void await(BooleanSupplier condition) {
        Flux.interval(Duration.ofMillis(5), Schedulers.boundedElastic())
                .takeUntil(tick -> condition.getAsBoolean())
                .blockLast(LIMIT);
    }

    @Test
    @DisplayName("G04: a restart finds what was there")
    void aRestartFindsWhatWasThere() {
        byte[] blob = bytes(100_000, 100);
        Digest digest = put(store, blob);

        reopen(300 * MEBIBYTE);

        assertThat(find(store, digest)).isEqualTo(blob);
        assertThat(store.usage().bytes()).isEqualTo(Room.of(blob.length));
    }

    @Test
    @DisplayName("T28: files and directories are for their owner alone")
    void everythingIsForItsOwnerAlone() throws IOException {
        Digest digest = put(store, bytes(1000, 101));

        assertThat(Files.getPosixFilePermissions(file(digest))).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        Path root = directory.resolve("blobs");
        List<Path> directories =
                List.of(root, root.resolve("incoming"), root.resolve("sha256"), new BlobPaths(root).directory(digest));
        for (Path at : directories) {
            assertThat(Files.getPosixFilePermissions(at)).isEqualTo(PosixFilePermissions.fromString("rwx------"));
        }
    }

    @Test
    @DisplayName("T27: what a process was writing when it ended is swept away at the next start")
    void leftoversAreSwept() {
        byte[] blob = bytes(100_000, 102);
        BlobWriter writer = begin(store, digest(blob), blob.length);
        append(writer, blob, 0, 50_000);
        assertThat(filesIn("incoming")).isEqualTo(1);

        reopen(300 * MEBIBYTE);

        assertThat(filesIn("incoming")).isZero();
        assertThat(find(store, digest(blob))).isNull();
        assertThat(store.usage().bytes()).isZero();
    }

    @Test
    @DisplayName("K11: a file that is gone is a miss at once, and can be kept anew")
    void aFileThatIsGoneIsAMiss() throws IOException {
        byte[] blob = bytes(100_000, 103);
        Digest digest = put(store, blob);
        reopen(300 * MEBIBYTE);
        Files.delete(file(digest));

        assertThat(find(store, digest)).isNull();
        assertThat(store.usage().entries()).isZero();
        put(store, blob);
        assertThat(find(store, digest)).isEqualTo(blob);
    }

    @Test
    @DisplayName(
            "K10: a file that changes after it was verified is found when it is read again, at a pace, and not before")
    void whatChangesWhileItLiesThereIsFound() throws IOException {
        byte[] blob = bytes(3 * (int) MEBIBYTE - 1, 120);
        Digest changed = put(store, blob);
        Digest unchanged = put(store, bytes(1000, 121));
        try (FileChannel channel = FileChannel.open(file(changed), StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {(byte) ~blob[2_000_000]}), 2_000_000);
        }
        List<Duration> pauses = new ArrayList<>();

        store.scrub().round(pause -> !pauses.add(pause));

        assertThat(pauses).hasSize(4).containsOnly(Duration.ofMillis(250)); // of each MiB, at 4 MiB a second
        assertThat(filesIn("quarantine")).isEqualTo(1);
        assertThat(store.usage().quarantined()).isEqualTo(1);
        assertThat(find(store, changed)).isNull();
        assertThat(find(store, unchanged)).isEqualTo(bytes(1000, 121));
        put(store, blob);
        assertThat(find(store, changed)).isEqualTo(blob);
    }

    @Test
    void nothingIsReadAgainOnceItIsTimeToEnd() throws IOException {
        Digest changed = put(store, bytes(1000, 122));
        Files.write(file(changed), bytes(1000, 123));

        store.scrub().round(pause -> true);

        assertThat(store.usage().quarantined()).isZero();
    }

    @Test
    @DisplayName("K10 T29: whatever has become of a file, it is a miss in the same request")
    void aDamagedFileIsAMiss() throws IOException {
        List<Damage> damages = List.of(
                path -> Files.write(path, new byte[] {1, 2, 3}),
                path -> Files.write(path, new byte[0]),
                path -> flip(path, 50_000),
                path -> flip(path, 99_999),
                path -> {
                    Files.delete(path);
                    Files.createDirectory(path);
                },
                path -> {
                    Path elsewhere = Files.write(directory.resolve("elsewhere"), Files.readAllBytes(path));
                    Files.delete(path);
                    Files.createSymbolicLink(path, elsewhere);
                });
        for (int i = 0; i < damages.size(); i++) {
            byte[] blob = bytes(100_000, 200 + i);
            Digest digest = put(store, blob);
            reopen(300 * MEBIBYTE);
            damages.get(i).inflictOn(file(digest));

            assertThat(find(store, digest)).as("damage " + i).isNull();
            put(store, blob);
            assertThat(find(store, digest)).as("damage " + i).isEqualTo(blob);
            run(store.remove(digest));
        }
        assertThat(store.usage().quarantined()).isPositive();
    }

    @Test
    void theBytesOfASmallBlobAreInMemoryOnceItWasAskedFor() {
        byte[] small = bytes(SmallBlobs.LONGEST, 400);
        Digest digest = put(store, small);
        assertThat(store.inMemory(digest)).isNull();

        awaitInMemory(digest);

        ByteBuffer inMemory = store.inMemory(digest);
        assertThat(inMemory).isEqualTo(ByteBuffer.wrap(small));
        assertThat(inMemory).matches(ByteBuffer::isReadOnly, "is read-only");
        assertThat(find(store, digest)).isEqualTo(small);
    }

    /** Asks until the bytes have come into memory. */
    private void awaitInMemory(Digest digest) {
        await(() -> {
            get(store.open(digest)).close();
            return store.inMemory(digest) != null;
        });
    }

    @Test
    void longerBlobsAreNotInMemory() {
        Digest longer = put(store, bytes(SmallBlobs.LONGEST + 1, 401));
        Digest small = put(store, bytes(SmallBlobs.LONGEST, 402));
        get(store.open(longer)).close();

        awaitInMemory(small);

        assertThat(store.inMemory(longer)).isNull();
    }

    @Test
    @DisplayName("K18: a small blob that leaves is not in memory any more")
    void whatLeavesIsNotInMemory() {
        Digest removed = put(store, bytes(1000, 403));
        awaitInMemory(removed);

        run(store.remove(removed));

        assertThat(store.inMemory(removed)).isNull();
        assertThat(find(store, removed)).isNull();

        reopen(10 * MEBIBYTE);
        Digest evicted = put(store, bytes(1000, 404));
        awaitInMemory(evicted);
        for (int i = 0; i < 50 && Files.exists(file(evicted)); i++) {
            byte[] popular = bytes((int) (3 * MEBIBYTE), 1100 + i);
            put(store, popular);
            find(store, digest(popular));
        }
        assertThat(file(evicted)).doesNotExist();
        await(() -> store.inMemory(evicted) == null);
    }

    @Test
    @DisplayName(
            "K10 T29: only verified bytes come into memory, and they leave when their file turns out to be damaged")
    void onlyVerifiedBytesAreInMemory() throws IOException {
        byte[] blob = bytes(1000, 405);
        Digest digest = put(store, blob);
        reopen(300 * MEBIBYTE);
        flip(file(digest), 500);
        assertThat(find(store, digest)).isNull();
        assertThat(store.inMemory(digest)).isNull();

        put(store, blob);
        awaitInMemory(digest);
        flip(file(digest), 500);
        assertThat(store.inMemory(digest)).isEqualTo(ByteBuffer.wrap(blob));
        store.scrub().round(pause -> false);

        assertThat(store.usage().quarantined()).isEqualTo(2);
        assertThat(store.inMemory(digest)).isNull();
    }

    @Test
    @DisplayName(
            "K10 T29: a small file that has changed since it was verified does not come into memory, and is put aside")
    void whatHasChangedDoesNotComeIntoMemory() throws IOException {
        Digest digest = put(store, bytes(1000, 406));
        flip(file(digest), 500);

        get(store.open(digest)).close();

        await(() -> store.usage().quarantined() == 1);
        assertThat(store.inMemory(digest)).isNull();
        assertThat(find(store, digest)).isNull();
    }

    private interface Damage {

        void inflictOn(Path file) throws IOException;
    }

    private static void flip(Path file, int at) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[at] ^= 1;
        Files.write(file, bytes);
    }

    @Test
    @DisplayName("T29: of a large file that has changed nobody gets the end, and the next request misses")
    void aLargeDamagedFileFailsBeforeItsEnd() throws IOException {
        byte[] blob = bytes((int) Verification.AT_ONCE + 1_000_000, 300);
        Digest digest = put(store, blob);
        reopen(300 * MEBIBYTE);
        flip(file(digest), 1000);

        try (BlobReader reader = get(store.open(digest))) {
            assertThatThrownBy(() -> readAll(reader, 0)).isInstanceOf(BlobStoreException.class);
        }
        await(() -> store.usage().quarantined() == 1);
        assertThat(find(store, digest)).isNull();
    }

    @Test
    void aLargeFileIsReadWhileItIsVerified() {
        byte[] blob = bytes((int) Verification.AT_ONCE + 1_000_000, 301);
        Digest digest = put(store, blob);
        reopen(300 * MEBIBYTE);

        assertThat(find(store, digest)).isEqualTo(blob);
        assertThat(find(store, digest)).isEqualTo(blob);
    }

    @Test
    @DisplayName("K18 T38: what has to leave is read to its end, and counts until then")
    void anEvictedBlobCountsUntilItsReadersHaveLeft() {
        reopen(10 * MEBIBYTE);
        byte[] old = bytes((int) (4 * MEBIBYTE), 302);
        Digest digest = put(store, old);
        try (BlobReader reader = get(store.open(digest))) {
            for (int i = 0; i < 50 && Files.exists(file(digest)); i++) {
                byte[] popular = bytes((int) (3 * MEBIBYTE), 1000 + i);
                put(store, popular);
                find(store, digest(popular));
                assertThat(store.usage().bytes()).isLessThanOrEqualTo(10 * MEBIBYTE);
            }
            assertThat(file(digest)).doesNotExist();
            assertThat(store.usage().bytes()).isGreaterThan(4 * MEBIBYTE);
            assertThat(readAll(reader, 0)).isEqualTo(old);
        }
        await(() -> store.usage().bytes() <= 6 * MEBIBYTE);
        assertThat(store.usage().evictions()).isPositive();
    }

    @Test
    void aPinnedBlobStaysAndCounts() {
        reopen(10 * MEBIBYTE);
        byte[] blob = bytes((int) (4 * MEBIBYTE), 303);
        store.pin(digest(blob));
        Digest pinned = put(store, blob);
        for (int i = 0; i < 8; i++) {
            put(store, bytes((int) (3 * MEBIBYTE), 320 + i));
        }

        assertThat(find(store, pinned)).isEqualTo(blob);
        assertThat(store.usage().bytes()).isLessThanOrEqualTo(10 * MEBIBYTE);
    }

    @Test
    @DisplayName("G15: what can never fit has no room at once")
    void whatCanNeverFitHasNoRoom() {
        reopen(10 * MEBIBYTE);
        BlobWriter writer = get(store.write(digest(bytes(1, 1))));

        assertThatThrownBy(() -> run(writer.arrive(11 * MEBIBYTE))).isInstanceOf(NoRoomException.class);
        writer.abort(new IllegalStateException("no room"));
        await(() -> filesIn("incoming") == 0);
    }

    @Test
    void whatEndsBeforeItHasArrivedLeavesNoFile() {
        get(store.write(digest(bytes(1, 1)))).abort(new IllegalStateException("nobody waits for it"));

        assertThat(get(store.write(digest(bytes(1, 2)))).suspend()).isTrue();

        await(() -> filesIn("incoming") == 0 && store.usage().bytes() == 0);
    }

    @Test
    void aBlobOfUnknownLengthThatGrowsTooLargeHasNoRoom() {
        reopen(2 * MEBIBYTE);
        BlobWriter writer = begin(store, digest(bytes(1, 1)), -1);
        try (BlobReader reader = writer.reader()) {
            assertThatThrownBy(() -> append(writer, bytes((int) (3 * MEBIBYTE), 1)))
                    .isInstanceOf(NoRoomException.class);
            assertThat(writer.written()).isGreaterThan(MEBIBYTE);
            writer.abort(new IllegalStateException("no room"));
            assertThatThrownBy(() -> readAll(reader, 0)).hasMessage("no room");
        }
        await(() -> store.usage().bytes() == 0);
    }

    @Test
    void whatWasLeftBehindIsDeletedInTime() {
        store.close();
        store = open(DiskBlobSettings.of(directory.resolve("blobs"), 300 * MEBIBYTE)
                .withLeftBehindFor(Duration.ofMillis(100)));
        BlobWriter writer = begin(store, digest(bytes(10, 1)), 1000);
        append(writer, bytes(500, 1));
        assertThat(writer.suspend()).isTrue();

        await(() -> filesIn("incoming") == 0 && store.usage().bytes() == 0);
    }

    @Test
    void whatWasLeftBehindLeavesFirst() {
        reopen(10 * MEBIBYTE);
        Digest kept = put(store, bytes((int) (4 * MEBIBYTE), 330));
        BlobWriter writer = begin(store, digest(bytes(10, 1)), 3 * MEBIBYTE);
        append(writer, bytes((int) (2 * MEBIBYTE), 1));
        assertThat(writer.suspend()).isTrue();
        await(() -> store.usage().bytes() == 6 * MEBIBYTE);

        put(store, bytes((int) (5 * MEBIBYTE), 331));

        assertThat(store.size(kept).blockOptional(LIMIT)).isPresent();
        assertThat(filesIn("incoming")).isZero();
    }

    @Test
    void filesThatNobodyKnewOfAreFound() {
        byte[] blob = bytes(100_000, 332);
        Digest digest = put(store, blob);
        catalog.entries().clear();
        reopen(300 * MEBIBYTE);

        await(() -> store.usage().entries() == 1);
        assertThat(find(store, digest)).isEqualTo(blob);
        assertThat(store.usage().bytes()).isEqualTo(Room.of(blob.length));
    }

    @Test
    void filesThatAreGoneAreForgotten() throws IOException {
        Digest digest = put(store, bytes(100_000, 333));
        store.close();
        Files.delete(file(digest));
        store = open(300 * MEBIBYTE);

        await(() -> store.usage().entries() == 0 && store.usage().bytes() == 0);
    }

    @Test
    void aLimitThatWasLoweredHoldsAfterTheStart() {
        for (int i = 0; i < 5; i++) {
            put(store, bytes((int) (2 * MEBIBYTE), 340 + i));
        }
        reopen(5 * MEBIBYTE);

        await(() -> store.usage().bytes() <= 5 * MEBIBYTE);
        assertThat(store.usage().entries()).isEqualTo(2);
    }
}
