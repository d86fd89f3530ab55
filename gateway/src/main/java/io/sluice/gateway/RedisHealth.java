package io.sluice.gateway;

import io.sluice.cache.redis.RedisState;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/**
 * How it is with Redis, for the health group {@code redis}. A gateway without its Redis is degraded and no less ready
 * (G16): the status is never one that makes a probe fail.
 */
final class RedisHealth implements HealthIndicator {

    private static final Status DEGRADED = new Status("DEGRADED", "pulls go on without what Redis would save");

    private final SharedStores stores;

    RedisHealth(SharedStores stores) {
        this.stores = stores;
    }

    @Override
    public Health health() {
        return stores.redisState()
                .map(RedisHealth::healthOf)
                .orElseGet(
                        () -> Health.up().withDetail("redis", "not configured").build());
    }

    private static Health healthOf(RedisState state) {
        return Health.status(state.isWhole() ? Status.UP : DEGRADED)
                .withDetail("url", state.url())
                .withDetail("connected", state.connected())
                .withDetail("tracked", state.tracked())
                .withDetail("reads", state.reads())
                .withDetail("writes", state.writes())
                .build();
    }
}
