package io.sluice.cache.redis;

/**
 * What was found in Redis.
 *
 * @param value what it means
 * @param record the record as it lies there, to replace it only while it does
 * @param <V> what it means
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Found<V>(V value, byte[] record) {}
