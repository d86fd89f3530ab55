package io.sluice.gateway.pull;

/**
 * What the headers of a blob say.
 *
 * @param size its length, bytes, or -1 when the upstream did not say
 * @param status how the cache came by it
 */
public record BlobHead(long size, CacheStatus status) {}
