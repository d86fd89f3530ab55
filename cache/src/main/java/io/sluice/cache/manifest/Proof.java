package io.sluice.cache.manifest;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * That a repository has some content, as its upstream said or showed.
 *
 * @param provenAt when
 * @param mediaType the media type that the upstream gave, or a manifest that led to it, without parameters, or null
 * @param size the length that the upstream gave, bytes, or -1 when it gave none or was not asked
 * @param namedSize the length that a manifest which led to it names, bytes, or -1 when none did: more is not taken (T15)
 */
public record Proof(Instant provenAt, @Nullable String mediaType, long size, long namedSize) {

    /** A proof that no manifest led to. */
    public Proof(Instant provenAt, @Nullable String mediaType, long size) {
        this(provenAt, mediaType, size, -1);
    }

    /** The same proof, of content that a manifest names with a length. */
    public Proof named(long length) {
        return new Proof(provenAt, mediaType, size, length);
    }
}
