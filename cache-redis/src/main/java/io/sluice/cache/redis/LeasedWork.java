package io.sluice.cache.redis;

import io.sluice.cache.redis.Leases.Lease;
import java.time.Duration;
import java.util.function.Supplier;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/**
 * One piece of work that several replicas may want done at once: who has the lease does it, the others look for its result
 * until that is there, or the lease is theirs. A failure is not passed on; the next one tries.
 *
 * <p>Nobody depends on it. Without Redis each replica does it by itself, and so does one that has waited for too long.
 *
 * @param <V> its result
 */
final class LeasedWork<V> {

    private final Leases leases;
    private final String key;
    private final Supplier<Mono<V>> look;
    private final Supplier<Mono<V>> work;
    private final long deadline;

    /**
     * @param key the key in Redis of the lease
     * @param look looks for the result; empty when it is not there, or Redis does not answer
     * @param work does it, and leaves the result where others look for it
     * @param patience how long another replica is waited for, from now
     */
    LeasedWork(Leases leases, String key, Supplier<Mono<V>> look, Supplier<Mono<V>> work, Duration patience) {
        this.leases = leases;
        this.key = key;
        this.look = look;
        this.work = work;
        this.deadline = System.nanoTime() + patience.toNanos();
    }

    /** The result, whoever did it; an error only when it was this replica's own work that failed. */
    Mono<V> outcome() {
        return leases.acquire(key)
                .map(this::lead)
                .defaultIfEmpty(Mono.defer(this::follow))
                .onErrorResume(RedisUnavailableException.class, away -> Mono.just(alone()))
                .flatMap(outcome -> outcome);
    }

    /** Whoever had the lease before may have left a result, so that is looked for once more. */
    private Mono<V> lead(Lease lease) {
        return Mono.defer(() -> {
            Disposable renewing = lease.renewing().subscribe();
            return found().switchIfEmpty(does(RedisLeaseEvent.LED)).doFinally(end -> {
                renewing.dispose();
                lease.release().subscribe();
            });
        });
    }

    private Mono<V> follow() {
        return leases.pause(key).then(found()).switchIfEmpty(Mono.defer(this::next));
    }

    private Mono<V> next() {
        return System.nanoTime() - deadline > 0 ? alone() : outcome();
    }

    private Mono<V> alone() {
        return Mono.defer(look).switchIfEmpty(does(RedisLeaseEvent.ALONE));
    }

    private Mono<V> found() {
        return Mono.defer(look).doOnNext(result -> leases.count(RedisLeaseEvent.FOLLOWED));
    }

    private Mono<V> does(RedisLeaseEvent event) {
        return Mono.defer(() -> {
            leases.count(event);
            return work.get();
        });
    }
}
