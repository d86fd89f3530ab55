package io.sluice.cache.redis;

/** How something was looked up that may be in Redis. */
public enum RedisLookup {
    /** Memory had what Redis said a moment ago, and nothing had changed since. */
    NEAR,
    /** Redis had it. */
    HIT,
    /** Redis did not have it. */
    MISS,
    /** Redis could not be asked; what is held here had to do. */
    FAILED
}
