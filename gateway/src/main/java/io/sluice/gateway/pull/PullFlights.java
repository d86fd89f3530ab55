package io.sluice.gateway.pull;

import io.sluice.cache.flight.FlightTimeoutException;
import io.sluice.cache.flight.Flights;
import io.sluice.cache.flight.Landing;
import io.sluice.cache.flight.TooManyFlightsException;
import io.sluice.gateway.error.OverloadedException;
import io.sluice.gateway.error.UpstreamTimeoutException;
import java.time.Duration;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/**
 * Flights whose own failures are those of a pull: one that does not end in time is an upstream that does not deliver, so
 * that what is held can be served instead; one too many is an overload.
 */
final class PullFlights<K, V> implements Flights<K, V> {

    private final Flights<K, V> flights;
    private final Duration limit;

    /** @param limit what the flights themselves are limited by */
    PullFlights(Flights<K, V> flights, Duration limit) {
        this.flights = flights;
        this.limit = limit;
    }

    @Override
    public Mono<Landing<V>> join(K key, Supplier<Mono<V>> departure) {
        return flights.join(key, departure)
                .onErrorMap(
                        FlightTimeoutException.class,
                        late -> new UpstreamTimeoutException("the upstream", "a whole answer", limit))
                .onErrorMap(
                        TooManyFlightsException.class,
                        full -> new OverloadedException("too much is being fetched at once"));
    }

    @Override
    public boolean isInTheAir(K key) {
        return flights.isInTheAir(key);
    }

    @Override
    public int count() {
        return flights.count();
    }
}
