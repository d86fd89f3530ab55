package io.sluice.cache.redis;

import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SetArgs;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Leases in Redis: of those who want one, one gets it, for as long as it says that it still needs it. A lease saves work and
 * guards nothing (T26): it may run out while its owner is halted, and whoever has it may be wrong about that.
 */
final class Leases {

    /** How long a lease holds without being renewed: a third of it passes between two renewals. */
    static final Duration LENGTH = Duration.ofSeconds(3);

    /** How long it takes at most to notice that one is over when Redis does not tell. */
    static final Duration LOOK_AGAIN = Duration.ofMillis(250);

    private static final int RENEWALS = 3;

    private final CommandGate gate;
    private final ChangeFeed changes;
    private final String owner = UUID.randomUUID().toString();
    private final AtomicLong count = new AtomicLong();
    private final Map<RedisLeaseEvent, AtomicLong> events = new EnumMap<>(RedisLeaseEvent.class);

    Leases(CommandGate gate, ChangeFeed changes) {
        this.gate = gate;
        this.changes = changes;
        for (RedisLeaseEvent event : RedisLeaseEvent.values()) {
            events.put(event, new AtomicLong());
        }
    }

    /**
     * Asks for a lease.
     *
     * @return a lease, or empty when another has it; an error when Redis does not answer
     */
    Mono<Lease> acquire(String key) {
        return acquireAs(key, "");
    }

    /** Asks for a lease likewise, whose value says something more behind its token and a space. */
    Mono<Lease> acquire(String key, String note) {
        return acquireAs(key, " " + note);
    }

    private Mono<Lease> acquireAs(String key, String note) {
        return Mono.defer(() -> {
            byte[] token = (owner + "-" + count.incrementAndGet() + note).getBytes(StandardCharsets.US_ASCII);
            SetArgs onlyIfFree = SetArgs.Builder.nx().px(LENGTH);
            return gate.write(commands -> commands.set(RedisKeys.bytes(key), token, onlyIfFree))
                    .map(ok -> new Lease(key, token));
        });
    }

    /** Waits until a lease may have changed hands, or it is time to look. */
    Mono<Void> pause(String key) {
        return Flux.merge(changes.of(key), Mono.delay(LOOK_AGAIN)).next().then();
    }

    void count(RedisLeaseEvent event) {
        AtomicLong counter = events.get(event);
        if (counter != null) {
            counter.incrementAndGet();
        }
    }

    long counted(RedisLeaseEvent event) {
        AtomicLong counter = events.get(event);
        return counter == null ? 0 : counter.get();
    }

    /** One that this replica has. */
    final class Lease {

        private final String key;
        private final byte[] token;

        private Lease(String key, byte[] token) {
            this.key = key;
            this.token = token;
        }

        /** Renews it again and again, until that is cancelled, or it is lost. */
        Flux<Long> renewing() {
            return Flux.interval(LENGTH.dividedBy(RENEWALS))
                    .onBackpressureDrop()
                    .concatMap(round -> renew())
                    .takeUntil(renewed -> renewed == 0)
                    .doOnNext(renewed -> {
                        if (renewed == 0) {
                            count(RedisLeaseEvent.LOST);
                        }
                    });
        }

        private Mono<Long> renew() {
            return gate.<Long>write(commands -> Scripts.RENEW_LEASE.run(
                            commands,
                            ScriptOutputType.INTEGER,
                            key,
                            token,
                            Long.toString(LENGTH.toMillis()).getBytes(StandardCharsets.US_ASCII)))
                    .onErrorComplete();
        }

        /** Gives it back, unless it is another's by now. */
        Mono<Void> release() {
            return gate.<Long>write(
                            commands -> Scripts.RELEASE_LEASE.run(commands, ScriptOutputType.INTEGER, key, token))
                    .onErrorComplete()
                    .then();
        }
    }
}
