/**
 * The cache that needs no server: small records in one file of H2's MVStore, with memory in front, and in another one
 * what is known of blobs.
 *
 * <p>{@link EmbeddedCache} is the door. A hit in memory touches neither the disk nor a lock; everything else is done by
 * one thread of its own, which never interrupts and has a bounded queue: what finds no place in it is a miss or is not
 * written, never an error.
 *
 * <h2>The directory</h2>
 *
 * <ul>
 *   <li>{@code lock}: held by the process that uses the directory
 *   <li>{@code records.mv}: the records
 *   <li>{@code blobs.mv}: the catalog of the blobs that lie beside it as files
 *   <li>{@code <file>.corrupt-<timestamp>}: what could not be read, moved aside; the last two of each are kept
 * </ul>
 *
 * <h2>The records</h2>
 *
 * For each kind, {@code manifests}, {@code tags} and {@code proofs}, the file has a map of records, in the format of
 * {@link io.sluice.cache.record}, and a map {@code <kind>.uses} with the same keys.
 *
 * <pre>
 * use       version (1 byte, 1), hour of last use since 1970 (4 bytes), length of the record (4 bytes)
 * </pre>
 *
 * The catalog has one map, {@code blobs}, whose keys are short:
 *
 * <pre>
 * key       algorithm (1 byte: 1 SHA-256, 2 SHA-512), hash
 * record    version and CRC-32C as in every record, length of the blob (8 bytes), hour of last use since 1970 (4 bytes),
 *           whether it was used again since it came (1 byte: 1 or 0)
 * </pre>
 *
 * A record of another version, with another checksum or otherwise unreadable is a miss and is removed; a manifest is
 * verified against its digest as well. A use is written before its record and removed after it, so that a process that
 * is killed in between leaves no record that pruning does not know of.
 */
@NullMarked
package io.sluice.cache.embedded;

import org.jspecify.annotations.NullMarked;
