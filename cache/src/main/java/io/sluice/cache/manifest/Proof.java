package io.sluice.cache.manifest;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * That a repository has some content, as its upstream said or showed.
 *
 * @param provenAt when
 * @param mediaType the media type that the upstream gave, without parameters, or null when it was only named by a
 *     manifest
 * @param size the length that was given, bytes, or -1
 */
public record Proof(Instant provenAt, @Nullable String mediaType, long size) {}
