package io.sluice.cache.embedded;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.jspecify.annotations.Nullable;

/**
 * The file of records, or its like in memory. Changes are in the file after half a second; a process that is killed
 * loses what came later, and no more than that.
 *
 * <p>All methods block and are called by one thread at a time.
 */
final class RecordFile implements AutoCloseable {

    private static final int COMMIT_AFTER_MILLIS = 500;
    private static final int PAGE_CACHE_MEBIBYTES = 8;
    private static final String ADVICE =
            "Make it readable and writable for this process, and see that the disk has room.";
    private static final int CORRUPT_FILES_KEPT = 2;
    private static final long RECOVER_EVERY_NANOS = Duration.ofSeconds(10).toNanos();

    private static final DateTimeFormatter TIMESTAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS'Z'").withZone(ZoneOffset.UTC);

    /** The failures after which the same file would fail again. */
    private static final Set<Integer> DAMAGE = Set.of(
            DataUtils.ERROR_FILE_CORRUPT,
            DataUtils.ERROR_CHUNK_NOT_FOUND,
            DataUtils.ERROR_BLOCK_NOT_FOUND,
            DataUtils.ERROR_UNSUPPORTED_FORMAT,
            DataUtils.ERROR_READING_FAILED,
            DataUtils.ERROR_SERIALIZATION,
            DataUtils.ERROR_INTERNAL);

    private final @Nullable Path path;
    private final Clock clock;
    private final Faults faults;
    private final Map<String, MVMap<byte[], byte[]>> maps = new HashMap<>();
    private MVStore store;
    private long recoveredAt = System.nanoTime() - RECOVER_EVERY_NANOS;

    private RecordFile(@Nullable Path path, Clock clock, Faults faults) {
        this.path = path;
        this.clock = clock;
        this.faults = faults;
        this.store = openOrBegin();
    }

    /**
     * Opens the file; one that cannot be read is moved aside first.
     *
     * @param path the file, or null for memory alone
     * @throws CacheDirectoryException when there can be no such file
     */
    static RecordFile open(@Nullable Path path, Clock clock, Faults faults) {
        return new RecordFile(path, clock, faults);
    }

    private MVStore openOrBegin() {
        if (path == null || !Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return openStore();
        }
        if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
            moveAside(path, null);
            return openStore();
        }
        try {
            return openStore();
        } catch (RuntimeException e) {
            if (!isDamage(e) || !Files.isReadable(path) || !Files.isWritable(path)) {
                throw new CacheDirectoryException(path, "cannot be opened: " + e.getMessage(), ADVICE, e);
            }
            moveAside(path, e);
            return openStore();
        }
    }

    private MVStore openStore() {
        MVStore.Builder builder = new MVStore.Builder()
                .cacheSize(PAGE_CACHE_MEBIBYTES)
                .backgroundExceptionHandler((thread, e) -> faults.report(StoreFault.FAILURE, "writing", e));
        if (path != null) {
            builder.fileName(path.toString());
        }
        MVStore opened = builder.open();
        opened.setAutoCommitDelay(COMMIT_AFTER_MILLIS);
        opened.setVersionsToKeep(0);
        return opened;
    }

    /** One of the file's maps. */
    MVMap<byte[], byte[]> map(String name) {
        return maps.computeIfAbsent(name, this::openMap);
    }

    private MVMap<byte[], byte[]> openMap(String name) {
        return store.openMap(
                name,
                new MVMap.Builder<byte[], byte[]>().keyType(BytesType.INSTANCE).valueType(BytesType.INSTANCE));
    }

    /**
     * Makes the best of a failure: a damaged file is moved aside and an empty one begun, one that was closed because it
     * could not be written is opened again. Not more often than every ten seconds.
     */
    void recover(RuntimeException failure) {
        boolean damaged = isDamage(failure);
        if (!damaged && !store.isClosed() || System.nanoTime() - recoveredAt < RECOVER_EVERY_NANOS) {
            return;
        }
        recoveredAt = System.nanoTime();
        store.closeImmediately();
        maps.clear();
        if (damaged && path != null) {
            moveAside(path, failure);
        }
        store = openOrBegin();
    }

    private static boolean isDamage(RuntimeException failure) {
        return failure instanceof MVStoreException e
                ? DAMAGE.contains(e.getErrorCode())
                : failure instanceof IndexOutOfBoundsException
                        || failure instanceof BufferUnderflowException
                        || failure instanceof IllegalArgumentException;
    }

    private void moveAside(Path file, @Nullable Throwable cause) {
        String prefix = file.getFileName() + ".corrupt-";
        Path aside = file.resolveSibling(prefix + TIMESTAMP.format(clock.instant()));
        faults.report(StoreFault.CORRUPT_FILE, aside, cause);
        try {
            Files.move(file, aside, StandardCopyOption.ATOMIC_MOVE);
            deleteAllButTheLatest(file, prefix);
        } catch (IOException e) {
            throw new CacheDirectoryException(file, "cannot be read nor moved aside: " + e, "Remove it.", e);
        }
    }

    private static void deleteAllButTheLatest(Path file, String prefix) throws IOException {
        try (Stream<Path> siblings = Files.list(file.resolveSibling("."))) {
            List<Path> corrupt = siblings.filter(
                            path -> path.getFileName().toString().startsWith(prefix))
                    .sorted()
                    .toList();
            for (Path old : corrupt.subList(0, Math.max(0, corrupt.size() - CORRUPT_FILES_KEPT))) {
                Files.deleteIfExists(old);
            }
        }
    }

    /** How long the file is, bytes; 0 in memory. */
    long length() {
        return path == null ? 0 : store.getFileStore().size();
    }

    /** Writes what is not yet written, and closes. */
    @Override
    public void close() {
        store.close();
    }
}
