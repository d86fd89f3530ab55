package io.sluice.cache.manifest;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * That a repository has some content, as its upstream said or showed.
 *
 * @param provenAt when
 * @param mediaType the media type that the upstream gave, or a manifest that led to it, without parameters, or null
 * @param size the length that the upstream gave, bytes, or -1 when it gave none or was not asked
 */
public record Proof(Instant provenAt, @Nullable String mediaType, long size) {}
