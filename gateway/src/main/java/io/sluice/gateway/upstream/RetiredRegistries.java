package io.sluice.gateway.upstream;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The registries that no new pull asks: each stays for those that had it before, until nobody has asked it for a while
 * (G05). A fetch may pause between two requests, so a registry that is idle need not be done with.
 */
final class RetiredRegistries implements Disposable {

    /** One more, and the first one without a request is closed, or any. */
    static final int MAX = 64;

    private final Duration quiet;
    private final Duration limit;
    private final Map<OpenRegistry, Disposable> waiting = new ConcurrentHashMap<>();

    /**
     * @param quiet after which time without a request a registry is closed
     * @param limit after which time it is closed whoever asks it
     */
    RetiredRegistries(Duration quiet, Duration limit) {
        this.quiet = quiet;
        this.limit = limit;
    }

    void add(OpenRegistry registry) {
        makeRoom();
        Disposable.Swap end = Disposables.swap();
        waiting.put(registry, end);
        end.update(Flux.interval(quiet)
                .onBackpressureDrop()
                .filter(moment -> !registry.wasUsed())
                .next()
                .then(Mono.<Void>fromRunnable(registry::close))
                .takeUntilOther(Mono.delay(limit).doOnNext(moment -> registry.dispose()))
                .doFinally(signal -> waiting.remove(registry, end))
                .subscribe());
    }

    private void makeRoom() {
        if (waiting.size() >= MAX) {
            OpenRegistry leaves = waiting.keySet().stream()
                    .filter(registry -> !registry.isAsked())
                    .findFirst()
                    .orElseGet(() -> waiting.keySet().iterator().next());
            if (leaves.isAsked()) {
                leave(leaves);
            } else {
                forget(leaves);
                leaves.close();
            }
        }
    }

    private void leave(OpenRegistry registry) {
        forget(registry);
        registry.dispose();
    }

    private void forget(OpenRegistry registry) {
        Disposable end = waiting.remove(registry);
        if (end != null) {
            end.dispose();
        }
    }

    /** How many are not closed yet. */
    int count() {
        return waiting.size();
    }

    @Override
    public void dispose() {
        waiting.keySet().forEach(this::leave);
    }
}
