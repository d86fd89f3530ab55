package io.sluice.gateway.cluster;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Work that is given up when its watch fails: then it is cancelled, which closes the connection that it has. {@code
 * takeUntilOther} alone cancels what it takes from only when the other completes, and leaves it running when that fails.
 */
public final class Watched {

    private Watched() {}

    /**
     * Work with a watch.
     *
     * @param watch never completes; fails when the work is to be given up
     * @return ends as the work does, or with what the watch failed with
     */
    public static Mono<Void> by(Mono<Void> watch, Mono<Void> work) {
        return by(watch, work.flux()).then();
    }

    /** The same for a stream. */
    public static <T> Flux<T> by(Mono<Void> watch, Flux<T> work) {
        return Flux.defer(() -> {
            AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
            Mono<Void> end = watch.doOnError(failure::set).onErrorComplete();
            return work.takeUntilOther(end).concatWith(Mono.defer(() -> failed(failure.get())));
        });
    }

    private static <T> Mono<T> failed(@Nullable Throwable failure) {
        return failure == null ? Mono.empty() : Mono.error(failure);
    }
}
