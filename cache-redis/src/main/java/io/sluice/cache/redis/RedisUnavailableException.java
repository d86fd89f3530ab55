package io.sluice.cache.redis;

/** Redis did not answer a command, or not in time, or was not asked: what is there is not known. */
final class RedisUnavailableException extends RuntimeException {

    RedisUnavailableException(RedisFault fault) {
        super(fault.meaning(), null, false, false);
    }
}
