package io.sluice.cache.redis;

import io.lettuce.core.api.StatefulRedisConnection;
import io.sluice.cache.Stamps;
import java.util.List;
import reactor.core.publisher.Flux;

/**
 * Redis' own word on what has changed: each server that holds keys pushes the keys of tags, proofs and leases that anybody
 * writes, removes or lets expire ({@code CLIENT TRACKING} in broadcast mode).
 *
 * <p>What is in memory is believed only while every one of these servers is known to tell; whenever that begins anew,
 * everything counts as changed. Where a cluster changes its make-up, keys may be read from a server that does not tell yet
 * until that is noticed; what is kept of them leaves by its age.
 */
final class Tracking {

    private final Stamps stamps;
    private final ChangeFeed changes;
    private volatile List<TrackedServer> servers = List.of();
    private volatile boolean closed;

    Tracking(Stamps stamps, ChangeFeed changes) {
        this.stamps = stamps;
        this.changes = changes;
    }

    /** Whether every change is told. */
    boolean isOn() {
        List<TrackedServer> all = servers;
        return !all.isEmpty() && all.stream().allMatch(TrackedServer::tells);
    }

    /** Follows the servers of a session, until another one is followed. */
    void follow(Flux<List<StatefulRedisConnection<byte[], byte[]>>> masters) {
        masters.subscribe(this::replace, failure -> stop());
    }

    private synchronized void replace(List<StatefulRedisConnection<byte[], byte[]>> masters) {
        stop();
        if (!closed) {
            List<TrackedServer> next = masters.stream()
                    .map(master -> new TrackedServer(master, stamps, changes))
                    .toList();
            servers = next;
            next.forEach(TrackedServer::begin);
        }
    }

    /** Believes nothing any more. */
    synchronized void stop() {
        servers.forEach(TrackedServer::end);
        servers = List.of();
        stamps.allChanged();
    }

    synchronized void close() {
        closed = true;
        stop();
    }
}
