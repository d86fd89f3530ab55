package io.sluice.cache.embedded;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.sluice.cache.ContentKey;
import io.sluice.cache.TagKey;
import io.sluice.cache.blob.BlobStore;
import io.sluice.cache.blob.NoBlobs;
import io.sluice.cache.disk.BlobCatalog;
import io.sluice.cache.disk.DiskBlobSettings;
import io.sluice.cache.disk.DiskBlobStore;
import io.sluice.cache.embedded.Shelf.Held;
import io.sluice.cache.embedded.Shelf.Limit;
import io.sluice.cache.manifest.Manifest;
import io.sluice.cache.manifest.ManifestStore;
import io.sluice.cache.manifest.Membership;
import io.sluice.cache.manifest.Proof;
import io.sluice.cache.manifest.TagIndex;
import io.sluice.cache.manifest.TagPointer;
import io.sluice.cache.record.ManifestFormat;
import io.sluice.cache.record.ProofFormat;
import io.sluice.cache.record.RecordFormat;
import io.sluice.cache.record.TagFormat;
import io.sluice.oci.Digest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The embedded cache: on disk with memory in front, or in memory alone. It needs no server, a restart finds what was
 * there, and one process uses a directory at a time.
 *
 * <p>Its stores may be called from any thread and block none. Their answers come on the caller's thread when memory has
 * them, else on Reactor's parallel scheduler.
 */
public final class EmbeddedCache implements AutoCloseable {

    private static final long MEMORY_TAGS = 50_000;
    private static final long MEMORY_PROOFS = 200_000;
    private static final int REMOVED_WEIGHT = 512;

    private final EmbeddedCacheSettings settings;
    private final @Nullable CacheDirectory directory;
    private final RecordFile file;
    private final DiskThread disk;
    private final Faults faults = new Faults();
    private final Shelf<Digest, Manifest> manifests;
    private final Shelf<TagKey, TagPointer> tags;
    private final Shelf<ContentKey, Proof> proofs;
    private final TagFormat tagFormat = new TagFormat();
    private final ProofFormat proofFormat = new ProofFormat();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Disposable pruning;
    private final @Nullable DiskBlobStore blobs;
    private @Nullable EmbeddedBlobCatalog catalog;

    private EmbeddedCache(EmbeddedCacheSettings settings, @Nullable CacheDirectory directory) {
        Path records = directory == null ? null : directory.records();
        this.settings = settings;
        this.directory = directory;
        this.file = RecordFile.open(records, settings.clock(), faults);
        this.disk = new DiskThread("sluice-cache-disk", file, faults, settings.queue());
        this.manifests = manifests(settings);
        this.tags = shelf(tagFormat, MEMORY_TAGS, settings.tags(), settings);
        this.proofs = shelf(proofFormat, MEMORY_PROOFS, settings.proofs(), settings);
        this.pruning = Flux.interval(Duration.ZERO, settings.pruneEvery())
                .onBackpressureDrop()
                .concatMap(round -> prune())
                .subscribe();
        this.blobs = directory == null || settings.blobBytes() == 0 ? null : openBlobs(directory);
    }

    private DiskBlobStore openBlobs(CacheDirectory where) {
        BlobCatalog known = blobCatalog();
        DiskBlobSettings disk = DiskBlobSettings.of(where.blobs(), settings.blobBytes())
                .beside(() -> file.length() + known.bytes())
                .withClock(settings.clock());
        try {
            return DiskBlobStore.open(disk, known, new BlobFaults(faults));
        } catch (IOException e) {
            throw new CacheDirectoryException(
                    where.blobs(), "cannot be used: " + e, "Make it writable for this process, or remove it.", e);
        }
    }

    /**
     * Opens the cache. Blocks; pruning begins in the background.
     *
     * @throws CacheDirectoryException when the directory cannot be used, or another process uses it
     */
    public static EmbeddedCache open(EmbeddedCacheSettings settings) {
        Path path = settings.directory();
        if (path == null) {
            return new EmbeddedCache(settings, null);
        }
        CacheDirectory directory = CacheDirectory.take(path);
        try {
            return new EmbeddedCache(settings, directory);
        } catch (RuntimeException e) {
            directory.close();
            throw e;
        }
    }

    private Shelf<Digest, Manifest> manifests(EmbeddedCacheSettings settings) {
        ManifestFormat format = new ManifestFormat();
        Cache<Digest, Held<Manifest>> memory = memory(settings)
                .maximumWeight(settings.manifestMemory())
                .<Digest, Held<Manifest>>weigher((digest, held) -> weight(held.value(), format))
                .build();
        Limit limit = new Limit(settings.manifestBytes(), Use::length, settings.unusedFor());
        return new Shelf<>(format, memory, limit, disk, faults, settings.clock());
    }

    private static int weight(@Nullable Manifest manifest, ManifestFormat format) {
        return manifest == null ? REMOVED_WEIGHT : format.length(manifest);
    }

    private <K, V> Shelf<K, V> shelf(
            RecordFormat<K, V> format, long inMemory, long atAll, EmbeddedCacheSettings settings) {
        Cache<K, Held<V>> memory =
                memory(settings).maximumSize(Math.min(inMemory, atAll)).build();
        Limit limit = new Limit(atAll, use -> 1, settings.unusedFor());
        return new Shelf<>(format, memory, limit, disk, faults, settings.clock());
    }

    private static Caffeine<Object, Object> memory(EmbeddedCacheSettings settings) {
        return Caffeine.newBuilder()
                .expireAfterAccess(settings.unusedFor())
                .executor(Runnable::run)
                .ticker(() -> TimeUnit.MILLISECONDS.toNanos(settings.clock().millis()));
    }

    /** The manifests. */
    public ManifestStore manifests() {
        return new EmbeddedManifestStore(manifests);
    }

    /** Where tags point. */
    public TagIndex tags() {
        return new EmbeddedTagIndex(tags, tagFormat);
    }

    /** Which repository has what. */
    public Membership membership() {
        return new EmbeddedMembership(proofs, proofFormat);
    }

    /**
     * The catalog of the blobs, always the same one. It is opened when it is first asked for, which blocks, and is closed with
     * the cache, if not before.
     *
     * @throws CacheDirectoryException when its file can be neither opened nor replaced
     */
    public synchronized BlobCatalog blobCatalog() {
        if (catalog == null) {
            Path path = directory == null ? null : directory.blobCatalog();
            catalog = EmbeddedBlobCatalog.open(path, settings.clock(), faults);
        }
        return catalog;
    }

    private synchronized void closeBlobCatalog() {
        if (catalog != null) {
            catalog.close();
        }
    }

    /** The blobs; without a directory, none. */
    public BlobStore blobs() {
        return blobs == null ? new NoBlobs() : blobs;
    }

    /** How often what went wrong since the cache was opened. */
    public Map<StoreFault, Long> faults() {
        return faults.counts();
    }

    /** Removes what nobody used for long enough and what is over the limits; also done by itself, now and then. */
    Mono<Void> prune() {
        return Flux.concat(manifests.prune(), tags.prune(), proofs.prune()).then();
    }

    /** Writes what is not yet written, and gives the directory back. Blocks; from now on there are only misses. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            pruning.dispose();
            if (blobs != null) {
                blobs.close();
            }
            closeBlobCatalog();
            disk.close();
            file.close();
            if (directory != null) {
                directory.close();
            }
        }
    }
}
