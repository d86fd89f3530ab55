/**
 * Small records as bytes, whichever store keeps them.
 *
 * <p>Numbers are big-endian; a text is its length in bytes (2 bytes) and UTF-8; an instant is seconds (8 bytes) and
 * nanoseconds (4 bytes) since 1970.
 *
 * <pre>
 * key       version (1 byte, 1), then texts
 *           manifests  digest
 *           tags       route, repository, tag, then each media type of the Accept
 *           proofs     route, repository, digest
 *
 * record    version (1 byte, 1), CRC-32C of the key and the rest (4 bytes), then
 *           manifests  media type, number of headers (2 bytes), name and value of each, the body up to the end
 *           tags       digest, media type, size (8 bytes), confirmed at, held digest (empty: none)
 *           proofs     proven at, media type (empty: none), size (8 bytes), the size that a manifest names (8 bytes;
 *                      the first records lack it)
 * </pre>
 *
 * A record of another version, with another checksum or otherwise unreadable fails with
 * {@link io.sluice.cache.record.MalformedRecordException}; a manifest is verified against its digest as well.
 */
@NullMarked
package io.sluice.cache.record;

import org.jspecify.annotations.NullMarked;
