package io.sluice.cache.blob;

/**
 * What a store of blobs holds.
 *
 * @param entries how many whole blobs
 * @param bytes what they take, and what is being written, left behind for later, or deleted and still open
 * @param limit what all of that may take
 * @param arriving how many blobs are being written
 * @param readers how many readers are open
 * @param evictions how many blobs have left since the start because of the limit
 * @param quarantined how many files were found damaged since the start
 */
public record BlobUsage(
        long entries, long bytes, long limit, long arriving, long readers, long evictions, long quarantined) {}
