package io.sluice.cache.redis;

import io.sluice.cache.flight.Flights;
import io.sluice.cache.flight.Landing;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/**
 * Flights that replicas share: of those that want the same at once, one departs, and the others wait until it has left its
 * result in Redis, where their own look finds it. When it fails, or dies, the next one departs.
 *
 * @param <K> what is fetched
 * @param <V> what a flight brings
 */
final class LeasedFlights<K, V> implements Flights<K, V> {

    private final Flights<K, V> local;
    private final Leases leases;
    private final Function<K, String> leaseKey;
    private final Duration patience;

    /**
     * @param local the flights of this replica; their limit must be longer than the patience
     * @param leaseKey the key in Redis of the lease for a flight
     * @param patience how long another replica's work is waited for
     */
    LeasedFlights(Flights<K, V> local, Leases leases, Function<K, String> leaseKey, Duration patience) {
        this.local = local;
        this.leases = leases;
        this.leaseKey = leaseKey;
        this.patience = patience;
    }

    /** One after the other: nobody knows where else to look for what the one before has brought. */
    @Override
    public Mono<Landing<V>> join(K key, Supplier<Mono<V>> departure) {
        return join(key, Mono::empty, departure);
    }

    @Override
    public Mono<Landing<V>> join(K key, Supplier<Mono<V>> look, Supplier<Mono<V>> departure) {
        return local.join(
                key, () -> new LeasedWork<>(leases, leaseKey.apply(key), look, departure, patience).outcome());
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
