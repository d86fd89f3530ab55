package io.sluice.cache.redis;

import io.sluice.cache.flight.Flights;
import io.sluice.cache.flight.LocalFlights;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/**
 * Questions to Redis that many ask at once and one carries, so that a thousand pulls of one image are not a thousand
 * commands.
 *
 * @param <K> what is asked for
 * @param <V> the answer
 */
final class SharedReads<K, V> {

    private static final int AT_ONCE = 10_000;

    /** Longer than all the deadlines that one question may meet. */
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final Flights<K, Optional<V>> flights = new LocalFlights<>(AT_ONCE, LIMIT);

    /** Joins the question, or asks it; empty when the answer is that there is nothing, or too many ask. */
    Mono<V> join(K key, Supplier<Mono<V>> question) {
        return flights.join(key, () -> question.get().map(Optional::of).defaultIfEmpty(Optional.empty()))
                .flatMap(landing -> Mono.justOrEmpty(landing.value()))
                .onErrorComplete();
    }
}
