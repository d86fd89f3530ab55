package io.sluice.cache.flight;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * The flights of this process. A departure is subscribed on the thread of whoever starts it; waiters are told on the
 * thread on which it ends.
 *
 * <p>The order of an ending is the point of this class: the departure stores what it brought, then the key becomes
 * free, then the waiters are told. So who comes late either boards in time to get the outcome, or starts a flight that
 * finds what was stored; and who was told may ask again and gets a flight of its own.
 *
 * @param <K> what is fetched
 * @param <V> what a flight brings
 */
public final class LocalFlights<K, V> implements Flights<K, V> {

    private final ConcurrentMap<K, Sinks.One<V>> inTheAir = new ConcurrentHashMap<>();
    private final Semaphore slots;
    private final int maximum;
    private final Duration limit;

    /**
     * Creates it with nothing in the air.
     *
     * @param maximum how many flights may be in the air at once; one more fails with {@link TooManyFlightsException}
     * @param limit how long a flight may take
     */
    public LocalFlights(int maximum, Duration limit) {
        if (maximum < 1 || !limit.isPositive()) {
            throw new IllegalArgumentException(
                    "maximum " + maximum + " and limit " + limit + ", both must be positive");
        }
        this.slots = new Semaphore(maximum);
        this.maximum = maximum;
        this.limit = limit;
    }

    @Override
    public Mono<Landing<V>> join(K key, Supplier<Mono<V>> departure) {
        return Mono.defer(() -> board(key, departure));
    }

    private Mono<Landing<V>> board(K key, Supplier<Mono<V>> departure) {
        Sinks.One<V> flying = inTheAir.get(key);
        if (flying != null) {
            return landing(flying, true);
        }
        Sinks.One<V> flight = Sinks.one();
        Sinks.One<V> faster = inTheAir.putIfAbsent(key, flight);
        if (faster != null) {
            return landing(faster, true);
        }
        // Only now, so that of those who want one key at once no one is turned away while another may start.
        if (!slots.tryAcquire()) {
            inTheAir.remove(key, flight);
            flight.tryEmitError(new TooManyFlightsException(key, maximum));
            return landing(flight, false);
        }
        takeOff(key, flight, departure);
        return landing(flight, false);
    }

    private void takeOff(K key, Sinks.One<V> flight, Supplier<Mono<V>> departure) {
        try {
            Mono.defer(departure)
                    .switchIfEmpty(
                            Mono.error(() -> new IllegalStateException("the fetch of " + key + " brought nothing")))
                    .timeout(limit, Mono.error(() -> new FlightTimeoutException(key, limit)))
                    .subscribe(value -> land(key, flight, value), error -> crash(key, flight, error));
        } catch (Throwable fatal) {
            // What Reactor holds to be fatal it throws instead of signalling it; the waiters would wait for ever.
            crash(key, flight, fatal);
            throw fatal;
        }
    }

    private void land(K key, Sinks.One<V> flight, V value) {
        free(key, flight);
        flight.tryEmitValue(value).orThrow();
    }

    private void crash(K key, Sinks.One<V> flight, Throwable error) {
        free(key, flight);
        flight.tryEmitError(error);
    }

    private void free(K key, Sinks.One<V> flight) {
        if (inTheAir.remove(key, flight)) {
            slots.release();
        }
    }

    private static <V> Mono<Landing<V>> landing(Sinks.One<V> flight, boolean collapsed) {
        return flight.asMono().map(value -> new Landing<>(value, collapsed));
    }

    @Override
    public boolean isInTheAir(K key) {
        return inTheAir.containsKey(key);
    }

    @Override
    public int count() {
        return inTheAir.size();
    }
}
