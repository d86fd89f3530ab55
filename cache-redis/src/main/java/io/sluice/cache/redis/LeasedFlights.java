package io.sluice.cache.redis;

import io.sluice.cache.flight.Flights;
import io.sluice.cache.flight.Landing;
import io.sluice.cache.redis.Leases.Lease;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.Supplier;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/**
 * Flights that replicas share: of those that want the same at once, one departs, and the others wait until it has left its
 * result in Redis, where their own departure finds it. When it fails, or dies, the next one departs.
 *
 * <p>Nobody depends on it. Without Redis each replica departs on its own, and so does one that has waited for too long.
 *
 * @param <K> what is fetched
 * @param <V> what a flight brings
 */
final class LeasedFlights<K, V> implements Flights<K, V> {

    /** How long another replica's work is waited for. */
    static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Flights<K, V> local;
    private final Leases leases;
    private final Function<K, String> leaseKey;
    private final Function<K, Mono<Boolean>> isThere;

    /**
     * @param local the flights of this replica; their limit must be longer than {@link #PATIENCE}
     * @param leaseKey the key in Redis of the lease for a flight
     * @param isThere whether Redis has the result of a flight; an error when it does not answer
     */
    LeasedFlights(
            Flights<K, V> local, Leases leases, Function<K, String> leaseKey, Function<K, Mono<Boolean>> isThere) {
        this.local = local;
        this.leases = leases;
        this.leaseKey = leaseKey;
        this.isThere = isThere;
    }

    @Override
    public Mono<Landing<V>> join(K key, Supplier<Mono<V>> departure) {
        return local.join(key, () -> depart(key, departure, System.nanoTime() + PATIENCE.toNanos()));
    }

    private Mono<V> depart(K key, Supplier<Mono<V>> departure, long deadline) {
        return leases.acquire(leaseKey.apply(key))
                .map(lease -> lead(lease, departure))
                .defaultIfEmpty(Mono.defer(() -> follow(key, departure, deadline)))
                .onErrorResume(RedisUnavailableException.class, away -> Mono.just(alone(departure)))
                .flatMap(flight -> flight);
    }

    private Mono<V> lead(Lease lease, Supplier<Mono<V>> departure) {
        return Mono.defer(() -> {
            leases.count(RedisLeaseEvent.LED);
            Disposable renewing = lease.renewing().subscribe();
            return Mono.defer(departure).doFinally(end -> {
                renewing.dispose();
                lease.release().subscribe();
            });
        });
    }

    private Mono<V> follow(K key, Supplier<Mono<V>> departure, long deadline) {
        return leases.pause(leaseKey.apply(key))
                .then(Mono.defer(() -> isThere.apply(key)))
                .map(there -> next(key, departure, deadline, there))
                .onErrorResume(RedisUnavailableException.class, away -> Mono.just(alone(departure)))
                .flatMap(flight -> flight);
    }

    private Mono<V> next(K key, Supplier<Mono<V>> departure, long deadline, boolean there) {
        if (there) {
            leases.count(RedisLeaseEvent.FOLLOWED);
            return departure.get();
        }
        return System.nanoTime() - deadline > 0 ? alone(departure) : depart(key, departure, deadline);
    }

    private Mono<V> alone(Supplier<Mono<V>> departure) {
        return Mono.defer(() -> {
            leases.count(RedisLeaseEvent.ALONE);
            return departure.get();
        });
    }

    @Override
    public boolean isInTheAir(K key) {
        return local.isInTheAir(key);
    }

    @Override
    public int count() {
        return local.count();
    }
}
