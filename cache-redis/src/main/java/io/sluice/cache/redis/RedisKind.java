package io.sluice.cache.redis;

/** What is kept in Redis. */
public enum RedisKind {
    MANIFESTS,
    TAGS,
    PROOFS,

    /** Sealed values: tokens. */
    SEALED
}
