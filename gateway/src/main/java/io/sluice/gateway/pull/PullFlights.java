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
 * Flights whose own bounds fail in the gateway's words, so that what is held is served stale after them as well: an
 * upstream that drips is out like one that is silent.
 *
 * @param flights the flights
 * @param limit how long one of them may take
 * @param <K> what is fetched
 * @param <V> what a flight brings
 */
record PullFlights<K, V>(Flights<K, V> flights, Duration limit) implements Flights<K, V> {

    @Override
    public Mono<Landing<V>> join(K key, Supplier<Mono<V>> departure) {
        return inWordsOfThePull(flights.join(key, departure));
    }

    @Override
    public Mono<Landing<V>> join(K key, Supplier<Mono<V>> look, Supplier<Mono<V>> departure) {
        return inWordsOfThePull(flights.join(key, look, departure));
    }

    private Mono<Landing<V>> inWordsOfThePull(Mono<Landing<V>> landing) {
        return landing.onErrorMap(
                        FlightTimeoutException.class,
                        late -> new UpstreamTimeoutException("the upstream", "all of its answer", limit))
                .onErrorMap(
                        TooManyFlightsException.class,
                        full -> new OverloadedException("too many fetches are in the air"));
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
