package io.sluice.cache.flight;

import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/**
 * The work in the air, one flight per key: whoever asks for a key that is in the air joins, whoever comes first starts.
 *
 * <p>A flight works on its own account: it goes on when its first caller, or every caller, leaves. Its outcome, a value
 * or an error, reaches every waiter exactly once (G13). A key is free again only after the outcome is known, so what a
 * flight has stored is visible to whoever starts the next one.
 *
 * @param <K> what is fetched
 * @param <V> what a flight brings
 */
public interface Flights<K, V> {

    /**
     * Joins the flight of this key, or starts it. Subscribing is what joins.
     *
     * @param key what is fetched
     * @param departure the work; subscribed at most once a flight, never with a caller's context
     * @return the outcome; a flight that takes longer than its limit fails with {@link FlightTimeoutException}
     */
    Mono<Landing<V>> join(K key, Supplier<Mono<V>> departure);

    /**
     * Joins the flight of this key, or starts it, unless what it would bring has come by then.
     *
     * @param key what is fetched
     * @param look looks whether it has come, from wherever; empty if not; may be subscribed again and again
     * @param departure the work; subscribed at most once a flight, after a look, never with a caller's context
     * @return the outcome, as above
     */
    default Mono<Landing<V>> join(K key, Supplier<Mono<V>> look, Supplier<Mono<V>> departure) {
        return join(key, () -> Mono.defer(look).switchIfEmpty(Mono.defer(departure)));
    }

    /** Whether a flight of this key is in the air. */
    boolean isInTheAir(K key);

    /** How many flights are in the air. */
    int count();
}
