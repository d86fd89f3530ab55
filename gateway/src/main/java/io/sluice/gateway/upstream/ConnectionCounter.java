package io.sluice.gateway.upstream;

import io.sluice.gateway.metrics.UpstreamMetrics;
import java.net.SocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToIntFunction;
import reactor.core.Disposable;
import reactor.netty.resources.ConnectionPoolMetrics;
import reactor.netty.resources.ConnectionProvider;

/** Adds up the connections of all the pools of a route, so that a leak is seen (G11). */
final class ConnectionCounter implements ConnectionProvider.MeterRegistrar, Disposable {

    private final Map<String, ConnectionPoolMetrics> pools = new ConcurrentHashMap<>();
    private final List<Disposable> shown;

    ConnectionCounter(String route, UpstreamMetrics metrics) {
        this.shown = List.of(
                metrics.connections(route, "active", () -> sum(ConnectionPoolMetrics::acquiredSize)),
                metrics.connections(route, "idle", () -> sum(ConnectionPoolMetrics::idleSize)),
                metrics.connections(route, "pending", () -> sum(ConnectionPoolMetrics::pendingAcquireSize)));
    }

    @Override
    public void registerMetrics(
            String poolName, String id, SocketAddress remoteAddress, ConnectionPoolMetrics metrics) {
        pools.put(key(poolName, id, remoteAddress), metrics);
    }

    @Override
    public void deRegisterMetrics(String poolName, String id, SocketAddress remoteAddress) {
        pools.remove(key(poolName, id, remoteAddress));
    }

    /** Shows them no more. */
    @Override
    public void dispose() {
        shown.forEach(Disposable::dispose);
    }

    private static String key(String poolName, String id, SocketAddress remoteAddress) {
        return poolName + ' ' + id + ' ' + remoteAddress;
    }

    private int sum(ToIntFunction<ConnectionPoolMetrics> size) {
        return pools.values().stream().mapToInt(size).sum();
    }
}
