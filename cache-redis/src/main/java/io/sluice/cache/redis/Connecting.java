package io.sluice.cache.redis;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.resource.ClientResources;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/** What Lettuce promises for later, as Reactor has it. */
final class Connecting {

    private static final Duration SHUTDOWN_WITHIN = Duration.ofSeconds(5);

    private Connecting() {}

    /** A connection; one that comes after nobody waits for it any more is closed. */
    static <C extends StatefulConnection<?, ?>> Mono<Session> toMono(
            Supplier<CompletableFuture<C>> connecting, Function<C, Session> session) {
        return Mono.defer(() -> {
            CompletableFuture<C> future = connecting.get();
            return Mono.fromFuture(future, true)
                    .doOnCancel(() -> Mono.fromFuture(future, true)
                            .flatMap(late -> Mono.fromFuture(late::closeAsync))
                            .subscribe(closed -> {}, failure -> {}))
                    .map(session);
        });
    }

    /** Ends a client and its threads, within five seconds. */
    static Mono<Void> shutdown(AbstractRedisClient client, ClientResources resources) {
        return Mono.fromFuture(() -> client.shutdownAsync(0, SHUTDOWN_WITHIN.toMillis(), TimeUnit.MILLISECONDS))
                .timeout(SHUTDOWN_WITHIN)
                .onErrorComplete()
                .then(Mono.fromRunnable(() -> shutdown(resources)));
    }

    @SuppressWarnings("FutureReturnValueIgnored") // daemon threads, for which nobody waits
    private static void shutdown(ClientResources resources) {
        resources.shutdown(0, SHUTDOWN_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
    }
}
