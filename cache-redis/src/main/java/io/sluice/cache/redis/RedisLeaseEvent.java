package io.sluice.cache.redis;

/** What became of work that replicas share: a fetch of a manifest, a question where a tag points, a call for a token. */
public enum RedisLeaseEvent {
    /** This replica had the lease, and did the work. */
    LED,
    /** Another replica did the work, and this one found the result. */
    FOLLOWED,
    /** This replica did the work without a lease: Redis could not be asked, or the other replica took too long. */
    ALONE,
    /** The lease ran out while this replica still worked; another one may have done the same work (K09, T26). */
    LOST
}
