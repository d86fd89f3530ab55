package io.sluice.cache.redis;

/**
 * How it is with Redis at the moment.
 *
 * @param url where it is, without user and password
 * @param connected whether there is a connection; to a cluster, whether there was one
 * @param tracked whether Redis tells of every change, so that memory may be believed
 * @param reads whether it is asked
 * @param writes whether it is written
 */
public record RedisState(String url, boolean connected, boolean tracked, boolean reads, boolean writes) {

    /** Whether all of it works. */
    public boolean isWhole() {
        return connected && tracked && reads && writes;
    }
}
