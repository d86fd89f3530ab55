package io.sluice.cache.manifest;

import io.sluice.oci.Digest;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a tag was last seen to point to.
 *
 * @param confirmed what the upstream last said
 * @param confirmedAt when it said so
 * @param held the last digest whose bytes were held, or null; what is served when the upstream cannot be asked
 */
public record TagPointer(
        ManifestDescriptor confirmed,
        Instant confirmedAt,
        @Nullable Digest held) {

    /** How long no manifest is, bytes. */
    private static final long NO_SIZE = -1;

    /**
     * What stands in place of a pointer that was forgotten, so that whoever has an older one hears of it. Nothing is
     * believed of it.
     */
    public TagPointer forgotten(Instant at) {
        return new TagPointer(new ManifestDescriptor(confirmed.digest(), confirmed.mediaType(), NO_SIZE), at, null);
    }

    public boolean isForgotten() {
        return confirmed.size() == NO_SIZE;
    }

    /** The same with other bytes held. */
    public TagPointer withHeld(@Nullable Digest digest) {
        return new TagPointer(confirmed, confirmedAt, digest);
    }
}
