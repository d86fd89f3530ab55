package io.sluice.cache.flight;

/**
 * How a flight ended for one of its callers.
 *
 * @param value what it brought
 * @param collapsed whether the caller joined a flight that another had started
 * @param <V> what a flight brings
 */
public record Landing<V>(V value, boolean collapsed) {}
