package io.sluice.cache.embedded;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where the embedded cache keeps things, and how much of them.
 *
 * @param directory the directory, or null to keep everything in memory
 * @param manifestMemory how many bytes of manifests are kept in memory, in front of the disk
 * @param manifestBytes how many bytes of manifests are kept at all; the least recently used leave first
 * @param tags how many tag pointers are kept
 * @param proofs how many proofs are kept
 * @param blobBytes how many bytes blobs may take, with the records counted among them; 0 keeps no blobs
 * @param unusedFor what was not used for so long leaves
 * @param pruneEvery how often it is looked for what has to leave
 * @param queue how many reads and writes may wait for the disk; one more read is a miss, one more write is left out
 * @param clock what tells the time
 */
public record EmbeddedCacheSettings(
        @Nullable Path directory,
        long manifestMemory,
        long manifestBytes,
        long tags,
        long proofs,
        long blobBytes,
        Duration unusedFor,
        Duration pruneEvery,
        int queue,
        Clock clock) {

    private static final long MEBIBYTE = 1024 * 1024;

    public EmbeddedCacheSettings {
        requirePositive("manifestMemory", manifestMemory);
        requirePositive("manifestBytes", manifestBytes);
        requirePositive("tags", tags);
        requirePositive("proofs", proofs);
        requirePositive("unusedFor", unusedFor.toMillis());
        requirePositive("pruneEvery", pruneEvery.toMillis());
        requirePositive("queue", queue);
        if (blobBytes < 0) {
            throw new IllegalArgumentException("blobBytes is " + blobBytes + ", it must not be negative");
        }
    }

    /** 64 MiB of manifests in memory, 2 GiB on disk, 200,000 tag pointers and 1,000,000 proofs, unused for 30 days; no blobs. */
    public static EmbeddedCacheSettings onDisk(Path directory) {
        return defaults(directory, 2048 * MEBIBYTE);
    }

    /** The same in memory alone, with 64 MiB of manifests at all. */
    public static EmbeddedCacheSettings inMemory() {
        return defaults(null, 64 * MEBIBYTE);
    }

    private static EmbeddedCacheSettings defaults(@Nullable Path directory, long manifestBytes) {
        return new EmbeddedCacheSettings(
                directory,
                64 * MEBIBYTE,
                manifestBytes,
                200_000,
                1_000_000,
                0,
                Duration.ofDays(30),
                Duration.ofHours(1),
                10_000,
                Clock.systemUTC());
    }

    /** The same with other limits for manifests, bytes. */
    public EmbeddedCacheSettings withManifests(long inMemory, long atAll) {
        return new EmbeddedCacheSettings(
                directory, inMemory, atAll, tags, proofs, blobBytes, unusedFor, pruneEvery, queue, clock);
    }

    /** The same with other limits for the small records. */
    public EmbeddedCacheSettings withRecords(long otherTags, long otherProofs) {
        return new EmbeddedCacheSettings(
                directory,
                manifestMemory,
                manifestBytes,
                otherTags,
                otherProofs,
                blobBytes,
                unusedFor,
                pruneEvery,
                queue,
                clock);
    }

    /** The same with another limit for blobs, bytes; they are kept on disk or not at all. */
    public EmbeddedCacheSettings withBlobs(long otherBytes) {
        return new EmbeddedCacheSettings(
                directory,
                manifestMemory,
                manifestBytes,
                tags,
                proofs,
                otherBytes,
                unusedFor,
                pruneEvery,
                queue,
                clock);
    }

    /** The same with another clock. */
    public EmbeddedCacheSettings withClock(Clock other) {
        return new EmbeddedCacheSettings(
                directory, manifestMemory, manifestBytes, tags, proofs, blobBytes, unusedFor, pruneEvery, queue, other);
    }

    private static void requirePositive(String name, long value) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + " is " + value + ", it must be positive");
        }
    }
}
