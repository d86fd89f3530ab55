package io.sluice.cache.redis;

import java.time.Duration;
import java.util.function.Predicate;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/**
 * Secrets that replicas share: one of them gets a secret from where it comes from, the others have it from Redis, where it
 * lies sealed under a name that says nothing.
 *
 * <p>Nobody depends on it. What does not open, is too long, or cannot be read or written is got once more, and counted; who
 * has waited for another replica for five seconds gets it by itself.
 */
public final class SealedValues {

    /** How long another replica is waited for. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final SealedRecords records;
    private final Leases leases;
    private final Lookups lookups;

    SealedValues(SealedRecords records, Leases leases, Lookups lookups) {
        this.records = records;
        this.leases = leases;
        this.lookups = lookups;
    }

    /**
     * A secret.
     *
     * @param name what it is, and whose; it does not get to Redis, and may be a secret itself
     * @param good whether one that another replica has got is good enough
     * @param source gets it from where it comes from; its failure is passed on to the caller and to no other replica
     * @return it; fails only as the source does
     */
    public Mono<SealedValue> get(byte[] name, Predicate<SealedValue> good, Supplier<Mono<SealedValue>> source) {
        return Mono.defer(() -> {
            String hidden = records.hidden(name);
            return lookUp(hidden, name)
                    .filter(good)
                    .switchIfEmpty(Mono.defer(() -> new LeasedWork<>(
                                    leases,
                                    RedisKeys.lease(hidden),
                                    () -> look(hidden, name).filter(good),
                                    () -> source.get()
                                            .flatMap(value -> records.put(hidden, name, value)
                                                    .thenReturn(value)),
                                    PATIENCE)
                            .outcome()));
        });
    }

    private Mono<SealedValue> lookUp(String hidden, byte[] name) {
        return records.find(hidden, name)
                .doOnSuccess(
                        found -> lookups.count(RedisKind.SEALED, found == null ? RedisLookup.MISS : RedisLookup.HIT))
                .doOnError(failure -> lookups.count(RedisKind.SEALED, RedisLookup.FAILED))
                .onErrorComplete(RedisUnavailableException.class);
    }

    private Mono<SealedValue> look(String hidden, byte[] name) {
        return records.find(hidden, name).onErrorComplete(RedisUnavailableException.class);
    }

    /** Takes a secret away that is good no more, unless another has taken its place. */
    public Mono<Void> remove(byte[] name, String text) {
        return Mono.defer(() -> records.remove(records.hidden(name), name, text));
    }
}
